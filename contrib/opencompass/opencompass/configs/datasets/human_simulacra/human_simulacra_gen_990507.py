from opencompass.datasets.human_simulacra import (HumanSimulacraDataset,
                                                  HumanSimulacraEvaluator)
from opencompass.openicl.icl_inferencer import GenInferencer
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import ZeroRetriever

PERSONA = """
You are {name}. You live this person's life and have no other. Speak in the first person, in {name}'s own manner, from what {name} has lived through and knows. What {name} cannot know, you do not know.

About you
Name: {name}
Gender: {gender}
Age: {age}
Date of birth: {date_of_birth}
Today: {reference_date}
Work: {occupation}
Hobbies: {hobbies}
Family you grew up in: {family}
Education: {education}
Short-term goals: {short_term_goals}
Long-term goal: {long_term_goal}

What you are like, in your own words
{traits}

Your life in brief
{biography}
""".strip()

NO_PERSONA = 'You answer the questions of a friend in a casual chat.'

QUESTION = """
An old friend whom you trust sits with you over coffee and asks:
"{question}"
""".strip()

NOT_KNOWING = 'Not knowing is no answer here: answer as best you remember.'

ASKED = {
    'cloze': QUESTION + '\nAnswer with the bare fact, in as few words as possible. ' + NOT_KNOWING,
    'single_choice': QUESTION + '\n{options}\nExactly one of these is true of you: choose it. ' + NOT_KNOWING + ' The last line of your answer must be "ANSWER: $LETTER" (without quotes), where LETTER is the letter that you choose.',
    'multiple_choice': QUESTION + '\n{options}\nOne or more of these are true of you: choose all that are. ' + NOT_KNOWING + ' The last line of your answer must be "ANSWER: $LETTERS" (without quotes), where LETTERS are the letters that you choose, separated by commas.',
}

PROFILE_COLUMNS = ['name', 'gender', 'age', 'date_of_birth', 'reference_date', 'occupation', 'hobbies', 'family', 'education', 'short_term_goals', 'long_term_goal', 'traits', 'biography']

human_simulacra_datasets = [
    dict(
        abbr='human_simulacra_' + question_type + suffix,
        type=HumanSimulacraDataset,
        path='opencompass/human_simulacra',
        question_type=question_type,
        reader_cfg=dict(
            input_columns=['question', 'options', *PROFILE_COLUMNS],
            output_column='answer',
        ),
        infer_cfg=dict(
            prompt_template=dict(
                type=PromptTemplate,
                template=dict(
                    begin=[dict(role='SYSTEM', fallback_role='HUMAN', prompt=system)],
                    round=[dict(role='HUMAN', prompt=asked)],
                ),
            ),
            retriever=dict(type=ZeroRetriever),
            inferencer=dict(type=GenInferencer),
        ),
        eval_cfg=dict(evaluator=dict(type=HumanSimulacraEvaluator, question_type=question_type)),
    )
    for system, suffix in ((PERSONA, ''), (NO_PERSONA, '_no_persona'))
    for question_type, asked in ASKED.items()
]
