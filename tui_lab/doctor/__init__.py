"""What the machine, the terminal and the directories are like, and how to put right what is not.

Each check looks at values it is given and gives one finding; `surroundings` gathers the values.
"""
