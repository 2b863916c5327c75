"""Where a key comes from and where it is kept. The one room that knows keyring and cryptography;
both are slow to import, so that happens inside the functions that need them."""
