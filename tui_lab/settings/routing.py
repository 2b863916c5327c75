"""Which models are chosen where the person names none, as they set it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Preferences, Strategy
from tui_lab.settings.table import Table
from tui_lab.settings.values import ModelName, json_table, listed

Patterns = Annotated[tuple[str, ...], BeforeValidator(listed)]
Figure = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class RoutingSettings(Table):
    """How a model is chosen.

    `strategy` is what `tui-lab route` goes by where it is told nothing else. `pinned` is asked
    first, whatever speaks for others. `preferred` and `excluded` are patterns (as of file names) of
    full names, of models, or of providers. `quality` sets figures, 0 to 100, that outrank the
    table. Lists and figures of a workspace add to everyone's.
    """

    strategy: Strategy | None = None
    pinned: ModelName | None = None
    preferred: Patterns = ()
    excluded: Patterns = ()
    quality: Annotated[dict[ModelName, Figure], BeforeValidator(json_table)] = Field(
        default_factory=dict
    )


def preferences(general: RoutingSettings, own: RoutingSettings) -> Preferences:
    """What these come to together: the workspace's `own` word counts before the general one."""
    pinned = own.pinned or general.pinned
    return Preferences(
        strategy=own.strategy or general.strategy,
        pinned=ModelRef.parse(pinned) if pinned else None,
        preferred=(*general.preferred, *own.preferred),
        excluded=(*general.excluded, *own.excluded),
        # Names from the environment come in lower case.
        quality={name.lower(): score for name, score in (general.quality | own.quality).items()},
    )
