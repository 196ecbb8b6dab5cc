"""Human Simulacra: questions about the lives of twelve invented people."""
import random
import re
import unicodedata

from datasets import Dataset, load_dataset

from opencompass.openicl.icl_evaluator import BaseEvaluator
from opencompass.registry import ICL_EVALUATORS, LOAD_DATASET
from opencompass.utils import get_data_path

from .base import BaseDataset

# What the persona in the prompt is made of; lists are joined.
PROFILE = ('name', 'gender', 'age', 'date_of_birth', 'reference_date',
           'occupation', 'hobbies', 'family', 'education', 'short_term_goals',
           'long_term_goal', 'biography')
POINTS = 2


@LOAD_DATASET.register_module()
class HumanSimulacraDataset(BaseDataset):

    @staticmethod
    def load(path: str, question_type: str) -> Dataset:
        """Load the questions of one type, each with its person's profile.

        Args:
            path (str): Folder or id of the dataset.
            question_type (str): ``cloze``, ``single_choice`` or
                ``multiple_choice``.

        Returns:
            Dataset: ``options`` are lettered lines in an order that depends
                on the question only. ``answer`` holds the accepted answers of
                a cloze question, or the letters of the right options.
        """
        path = get_data_path(path)
        people = {
            person['id']: person
            for person in load_dataset(path, 'characters', split='train')
        }
        rows = []
        for question in load_dataset(path, question_type, split='test'):
            person = people[question['character']]
            row = {key: _as_text(person[key]) for key in PROFILE}
            row['traits'] = ' '.join(trait['text']
                                     for trait in person['traits'])
            row['id'] = question['id']
            row['question'] = question['question']
            row['options'], row['answer'] = _shuffle(question)
            rows.append(row)
        return Dataset.from_list(rows)


def _as_text(value) -> str:
    return ', '.join(value) if isinstance(value, list) else str(value)


def _shuffle(question: dict) -> tuple:
    """Letter the options in the order shown; return them and the answer."""
    if not question['options']:
        return '', list(question['answer'])
    order = list(range(len(question['options'])))
    random.Random(f'0:{question["id"]}').shuffle(order)
    lines = [
        f'{chr(ord("A") + shown)}. {question["options"][stored]}'
        for shown, stored in enumerate(order)
    ]
    right = sorted(order.index(int(stored)) for stored in question['answer'])
    return '\n'.join(lines), [chr(ord('A') + shown) for shown in right]


@ICL_EVALUATORS.register_module()
class HumanSimulacraEvaluator(BaseEvaluator):
    """Two points for each right item, minus two for each wrong option chosen,
    never below zero for a question.

    Args:
        question_type (str): The type of the questions.
    """

    def __init__(self, question_type: str) -> None:
        super().__init__()
        self.question_type = question_type

    def score(self, predictions: list, references: list) -> dict:
        """Score the replies.

        Returns:
            dict: ``score`` (points in percent of the highest number) and
                ``accuracy`` (fully right replies in percent), the number of
                ``unparseable`` replies, and ``details``.
        """
        details, points, full = [], 0, 0
        for prediction, answer in zip(predictions, references):
            reply = str(prediction or '').rsplit('</think>', 1)[-1]
            if self.question_type == 'cloze':
                chosen = reply.strip() or None
                correct = states_answer(reply, answer)
                gained, most = POINTS * correct, POINTS
            else:
                chosen = read_letters(reply)
                if self.question_type == 'single_choice' and chosen and len(
                        chosen) > 1:
                    chosen = None
                picked, right = set(chosen or ()), set(answer)
                correct = picked == right
                gained = POINTS * (len(picked & right) - len(picked - right))
                gained, most = max(0, gained), POINTS * len(right)
            points, full = points + gained, full + most
            details.append({
                'pred': chosen,
                'answer': answer,
                'correct': correct,
                'points': gained
            })
        count = max(len(details), 1)
        return {
            'score': 100 * points / max(full, 1),
            'accuracy': 100 * sum(d['correct'] for d in details) / count,
            'unparseable': sum(d['pred'] is None for d in details),
            'details': details,
        }


_LETTERS = r'\(?[A-Z]\)?(?:(?:\s*(?:,|&|\band\b)\s*|\s+)\(?[A-Z]\)?)*'
_LAST_LINE = re.compile(rf'\bANSWER\W*?:\W*?({_LETTERS})\W*$',
                        re.MULTILINE | re.IGNORECASE)


def read_letters(reply: str):
    """Return the letters that a reply chooses; None if it names none.

    They stand in the last line of the form ``ANSWER: A, C``, or are the whole
    reply.
    """
    found = _LAST_LINE.findall(reply)
    whole = re.fullmatch(rf'\W*({_LETTERS})\W*', reply, re.IGNORECASE)
    text = found[-1] if found else whole[1] if whole else ''
    text = re.sub(r'and', '', text, flags=re.IGNORECASE)
    return sorted(set(re.findall('[A-Z]', text.upper()))) or None


def states_answer(reply: str, accepted: list) -> bool:
    """Return whether a reply holds an accepted answer, word by word, whatever
    its case, accents and articles."""
    said = _words(reply)
    for answer in map(_words, accepted):
        if answer and any(said[i:i + len(answer)] == answer
                          for i in range(len(said) - len(answer) + 1)):
            return True
    return False


def _words(text: str) -> list:
    plain = unicodedata.normalize('NFKD', str(text).casefold())
    plain = ''.join(c for c in plain if not unicodedata.combining(c))
    return [w for w in re.findall(r'\w+', plain) if w not in ('a', 'an', 'the')]
