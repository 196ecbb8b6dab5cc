"""What `/help` prints in the terminal."""

HELP = """\
/mind              show memories, thoughts and feelings behind the last answer
/again [MESSAGE]   have the last message answered again, or MESSAGE instead of it, in a branch of the conversation
/branch [TURN]     go on from a turn (its number, 0 for the beginning) as another conversation
/method NAME       change the method: macm, rag, prompt, none
/character NAME    start a conversation with another character
/as-of TIME        meet the same character at a year, month or paragraph of its life; without TIME, today
/scene TEXT        change the scene; without text, back to the coffee shop
/remember          store the conversation as a new experience, a long-term memory
/experiences       list the stored experiences
/undo              remove the newest experience
/conversations     list the stored conversations with this character
/load [NAME|FILE]  continue a stored conversation (number or title; without NAME, the newest other one) or a transcript
/rename TITLE      give this conversation a title
/delete NAME       delete a stored conversation (number or title)
/forget            start a new conversation with the same character
/save FILE         write the transcript with all traces
/help              show this list
exit               quit (or ctrl-D); ctrl-C stops an answer"""
