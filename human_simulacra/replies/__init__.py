"""Reading free-form replies: choices, cloze answers, yes or no, and what a reply says about knowing."""
