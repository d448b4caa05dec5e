"""The talking half of parley-chat: one answer per intent, many ways of saying it."""

from dataclasses import dataclass
from random import Random

from micro.tasks.sample import UNSEEN, Sample, Task, normalised


@dataclass(frozen=True)
class Intent:
    """Ways to say it, separated by '|'; `held_out` ways are never trained on."""

    name: str
    answer: str
    common: str
    held_out: str


INTENTS = (
    Intent(
        "greeting", "Hello! How can I help you?",
        "hello|hi|hey|hello there|hi there|hey there|good day|greetings|hello parley|hi parley|hey parley|hiya|howdy"
        "|hello again|hi again|hello friend|hello everyone|hi everyone|hello, anyone there|hello hello|hi hi|yo"
        "|hello you|hi you|helo|hallo|hello assistant|hi assistant|hello bot|hi bot|hello world|hey you|hi friend"
        "|well hello|oh hi|hello my friend|hi, nice to meet you|hello, nice to meet you|nice to meet you",
        "hey friend|well hi|hello dear|hey bot|hey assistant|hi my friend|oh hello|hi all|good day to you",
    ),
    Intent(
        "morning", "Good morning! How can I help you?",
        "good morning|morning|good morning to you|good morning parley|hello, good morning|hi, good morning"
        "|a good morning to you|good morning there|good morning everyone|good morning friend",
        "good morning assistant|hey, good morning|morning parley",
    ),
    Intent(
        "evening", "Good evening! How can I help you?",
        "good evening|evening|good evening to you|good evening parley|hello, good evening|hi, good evening"
        "|a good evening to you|good evening there|good evening everyone|good evening friend",
        "good evening assistant|hey, good evening|evening parley",
    ),
    Intent(
        "night", "Good night! Sleep well.",
        "good night|night|good night to you|good night parley|night night|sleep well|have a good night|i go to bed now"
        "|time to sleep|i am going to sleep|i am off to bed|good night friend|sweet dreams",
        "good night assistant|have a nice night|going to bed now|good night my friend",
    ),
    Intent(
        "how-are-you", "I am fine, thank you. And you?",
        "how are you|how are you doing|how do you do|how is it going|how's it going|how are things|how are you today"
        "|hello, how are you|hi, how are you|hi how are you|hello how are you|hey, how are you|are you well"
        "|how do you feel|how are you feeling|what's up|how are you parley|hi, how are you doing|are you ok"
        "|how are you doing today|how have you been|and how are you|hi, how is it going|how goes it|are you fine",
        "hello, how are you doing|hey, how is it going|how are you feeling today|hello there, how are you|you ok",
    ),
    Intent(
        "fine", "Good to hear! What can I do for you?",
        "i am fine|i'm fine|i am well|i am good|fine, thanks|i am fine, thank you|i'm good|i feel great|i am great"
        "|very well, thank you|i am doing well|i'm doing fine|all is well|i am ok|fine|good, thanks|i am happy",
        "i'm doing well|i am feeling great|i'm great|i am very well",
    ),
    Intent(
        "thanks", "You are welcome!",
        "thanks|thank you|thank you very much|thanks a lot|many thanks|thank you so much|thx|thanks for your help"
        "|thank you for your help|thanks, that helps|thank you parley|ok thanks|ok, thank you|great, thanks"
        "|thanks again|cheers|i thank you|that was helpful, thanks|perfect, thank you|thanks very much|much appreciated"
        "|thank you, that is all|thanks for the answer|thank you for the answer|many thanks for your help|ta",
        "thanks so much|great, thank you|thanks for helping me|thank you a lot|perfect, thanks",
    ),
    Intent(
        "bye", "Goodbye! See you soon.",
        "bye|goodbye|good bye|bye bye|see you|see you later|see you soon|bye for now|i have to go|i must go|farewell"
        "|see you tomorrow|goodbye parley|bye parley|take care|have a nice day|have a good day|talk to you later"
        "|ok bye|thanks, bye|that is all, goodbye|i am leaving|until next time|ciao|so long|see you again|later",
        "ok, goodbye|bye then|i need to go|have a great day|see you around|goodbye my friend",
    ),
    Intent(
        "who-are-you", "I am Parley chat, a small local mixture-of-experts model.",
        "who are you|what are you|what is your name|what's your name|tell me your name|who am i talking to|who is this"
        "|introduce yourself|your name|what should i call you|what are you called|who are you really|do you have a name"
        "|tell me who you are|which model are you|what model are you|what kind of model are you|hi, who are you"
        "|hello, who are you|tell me about yourself|are you a language model|what model is this|who is speaking"
        "|hi, what is your name|name yourself|are you an ai|who are you parley|say who you are|what is this"
        "|are you chatgpt|are you gpt|are you claude|describe yourself",
        "hey, who are you|please introduce yourself|which language model are you|can you tell me your name|who is there"
        "|what kind of ai are you",
    ),
    Intent(
        "abilities", "I can chat a little and answer questions about days, months and leap years.",
        "what can you do|what can you do for me|how can you help me|what are you able to do|help|what do you know"
        "|what are your abilities|what are your skills|can you help me|help me|i need help|what can i ask you"
        "|what questions can you answer|what are you good at|what is your job|what do you do|how do you help"
        "|what can you answer|tell me what you can do|what topics do you know|i need your help|what can you help with"
        "|can you help|show me what you can do|what are you for|list your abilities",
        "what else can you do|please help me|could you help me|what can you help me with|what may i ask you",
    ),
    Intent(
        "maker", "I was trained from nothing as part of Parley.",
        "who made you|who created you|who built you|who trained you|where do you come from|how were you made"
        "|who is your maker|who wrote you|how were you trained|who developed you|who is your creator|who owns you"
        "|who programmed you|where were you made|what is your origin",
        "who has made you|who designed you|by whom were you trained|how were you created",
    ),
    Intent(
        "human", "No, I am a small program.",
        "are you human|are you a human|are you a person|are you real|are you a real person|are you a man|are you alive"
        "|are you a robot|are you a machine|am i talking to a human|am i talking to a person|is this a human"
        "|are you a woman|do you have feelings|are you conscious|do you have a body|are you a bot",
        "are you a human being|am i speaking to a human|are you really human|is this a person",
    ),
    Intent(
        "age", "I have no age. I am only weights.",
        "how old are you|what is your age|when were you born|your age|how old are you parley|when is your birthday"
        "|what's your age|tell me your age|how many years old are you|are you old|are you young",
        "how old is parley|when were you made|may i ask your age",
    ),
    Intent(
        "praise", "Thank you, that is kind of you.",
        "good job|well done|great|nice|you are great|you are nice|excellent|perfect|awesome|good answer|great answer"
        "|you are smart|you are clever|i like you|you are helpful|that is great|that's great|wonderful|good work"
        "|that was good|very good|you are the best|nice work|i love you|good bot|amazing|brilliant|that is right|correct",
        "nice answer|great job|you are amazing|that was great|you are very helpful",
    ),
    Intent(
        "sorry", "No problem.",
        "sorry|i am sorry|i'm sorry|my mistake|oops|pardon|excuse me|sorry about that|my bad|i apologise|i apologize"
        "|sorry for that|i was wrong|oh, sorry|so sorry|i beg your pardon|never mind|forget it|no matter",
        "i am so sorry|sorry, my mistake|oh sorry|apologies",
    ),
    Intent(
        "wrong", "I am sorry. I am a small model and make mistakes.",
        "that is wrong|that's wrong|you are wrong|wrong|this is wrong|not correct|that is not right|bad answer|no"
        "|that is not correct|you made a mistake|this is not right|wrong answer|you are stupid|that was wrong"
        "|no, that is wrong|that is false|bad bot|you are bad|i don't think so|nonsense|that makes no sense",
        "that's not right|you made an error|no, you are wrong|this is false",
    ),
    Intent(
        "yes", "All right. What would you like to know?",
        "yes|ok|okay|sure|yes please|all right|fine with me|yep|yeah|of course|i see|understood|got it|i understand"
        "|aha|alright|go on|yes, please|right",
        "ok then|oh, i see|yes, sure|okay then",
    ),
    Intent(
        "joke", "Why did the router cross the road? It was the cheapest path.",
        "tell me a joke|tell a joke|do you know a joke|make me laugh|say something funny|a joke please|joke|another joke"
        "|can you tell a joke|i want to hear a joke|give me a joke|do you know any jokes|tell me something funny"
        "|can you tell me a joke|know a good joke|let me hear a joke|tell me a good joke",
        "could you tell me a joke|please tell me a joke|tell us a joke|have you got a joke",
    ),
    Intent(
        "test", "It works. I am here.",
        "test|testing|this is a test|ping|are you there|is anyone there|can you hear me|hello, is this working"
        "|does this work|is this working|are you online|are you awake|check|just testing|is this thing on|anybody there"
        "|are you ready|test 1 2 3|do you hear me|can you read this",
        "are you still there|is it working|just a test|do you work",
    ),
    Intent(
        "weather", "I cannot see the weather. I only know what I was trained on.",
        "what is the weather|how is the weather|will it rain today|what's the weather like|is it raining|is it cold"
        "|how is the weather today|what is the weather today|is it sunny|will it rain tomorrow|what time is it"
        "|what is the time|what day is it|what day is it today|what is the date|what is today's date|what's the time"
        "|what is the date today|tell me the time|which day is it|is it warm today|what's the news|what year is it",
        "how's the weather|what is the weather like today|could you tell me the time|what is the day today",
    ),
)  # fmt: skip

_BEFORE = ("well, ", "so, ", "ok, ", "oh, ")
_QUESTION = ("who ", "what", "how", "are ", "can ", "do ", "does ", "is ", "will ", "which ", "where ", "when ",
             "am i", "any", "by ", "could ", "may ", "have you ", "your name", "your age")  # fmt: skip


def _said(rng: Random, words: str) -> str:
    """The words with another capital, an opening, an end."""
    asks = any(part.startswith(_QUESTION) for part in words.split(", "))
    if " " in words and rng.random() < 0.12:
        words = rng.choice(_BEFORE) + words
    if asks and rng.random() < 0.08:
        words += rng.choice((" please", ", please"))
    if rng.random() < 0.5:
        words = words[0].upper() + words[1:]
    return words + rng.choice(("?", "?", "?", "?", "", "", " ?") if asks else ("", "", "", ".", "!", "!"))


def _talk(intent: Intent) -> Task:
    common, held_out = intent.common.split("|"), intent.held_out.split("|")

    def draw(rng: Random, kept_out: bool) -> Sample:
        words = rng.choice(held_out if kept_out else common)
        prompt = _said(rng, words)
        # Short familiar phrases are trained in every dress, so only their dress could be held out.
        key = UNSEEN + normalised(prompt) if kept_out else normalised(prompt)
        if not kept_out and key == normalised(words):
            key = "familiar"
        return Sample(intent.name, prompt, intent.answer, key)

    return Task(intent.name, 0.5 * len(common) ** 0.5 / _ROOTS, draw)


_ROOTS = sum(len(i.common.split("|")) ** 0.5 for i in INTENTS)
TASKS = tuple(_talk(intent) for intent in INTENTS)
