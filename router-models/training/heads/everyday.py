"""Everyday requests that benchmarks lack: writing, rewriting, small talk, code help, live facts, short sums. From a grammar, seeded.

Each yields (text, domain, flags [code, math, tools, document], ln expected output tokens). The expected length is the request's own
(so many words or sentences, as long as the quoted text) or the usual one of its kind.
"""

import math
import random

TOPICS = (
    "remote work;climate change;our new coffee machine;machine learning;a trip to Lisbon;sleep and memory;electric bikes;the French "
    "Revolution;urban gardening;a lost dog;time management;quantum computers;healthy breakfasts;a space station;renewable energy;"
    "the history of chess;a jazz festival;data privacy;public libraries;a mountain hike;school uniforms;home insurance;a bakery;"
    "online dating;vegetarian cooking;a lighthouse keeper;customer loyalty;running a marathon;video games;the deep sea;old friends;"
    "a delayed delivery;inflation;robots in hospitals;a grandmother's recipe;autumn in the city;learning Spanish;a detective in "
    "Venice;open source software;noise in the office;the moon landing;pottery;a broken elevator;solar panels;street food;a piano"
).split(";")
PEOPLE = "my boss;a customer;my landlord;my team;a friend;the hiring manager;my professor;our investors;my neighbour;a supplier".split(";")
TONES = "polite;formal;friendly;funny;short;persuasive;warm;dramatic;simple;professional".split(";")
LANGUAGES = "French;German;Spanish;Italian;Portuguese;Dutch;Polish;Turkish;Japanese;Chinese;Korean;Arabic;Hindi;Swedish;Greek".split(";")
CODING = "Python;Java;JavaScript;TypeScript;Go;Rust;C++;C#;SQL;Bash;Kotlin;Ruby;PHP;R;Swift".split(";")
JOBS = (
    "reverse a linked list;read a CSV file and sum a column;find duplicates in a list;connect to PostgreSQL;parse JSON;sort a list of "
    "dates;validate an email address;implement quicksort;download a file over HTTP;count words in a text;merge two dictionaries;"
    "compute the Fibonacci numbers;rotate a matrix;implement an LRU cache;walk a directory tree;debounce a function;schedule a job "
    "every hour;hash a password;find the shortest path in a graph;paginate an API;write a unit test for a stack;check for a palindrome"
).split(";")
SNIPPETS = [
    "def add(a, b):\n    return a - b", "for (int i = 0; i <= n; i++) { sum += a[i]; }", "SELECT name, COUNT(*) FROM users",
    "const x = await fetch(url).json();", "def f(xs=[]):\n    xs.append(1)\n    return xs", "let v: Vec<i32> = vec![1, 2, 3]; println!(\"{}\", v);",
    "public static int fact(int n) { return n * fact(n - 1); }", "while True:\n    try:\n        work()\n    except: pass",
    "if (user = null) { return; }", "#include <stdio.h>\nint main() { int *p; *p = 4; }",
]
ERRORS = (
    "NullPointerException;KeyError: 'id';segmentation fault;undefined is not a function;IndexError: list index out of range;"
    "error: borrow of moved value;syntax error near SELECT;ModuleNotFoundError: No module named 'numpy';CORS error;deadlock detected"
).split(";")
WHO = (
    "The committee;My sister;Our new manager;The old man next door;A group of students;The museum;Nobody in the village;The last train;She;"
    "The doctor;Your order;Our team;The river;A young engineer;They;The government;His grandmother;Every visitor;The cat;The company;I;We;"
    "The orchestra;A stranger;The report;The children;A farmer;This machine;The mayor;Her lawyer"
).split(";")
DID = (
    "will discuss;has forgotten;sold;could not find;is waiting for;painted;never mentions;opened;wants to see;lost;has repaired;closed;"
    "bought;wrote about;cannot afford;is proud of;left;misses;promised;followed;had hidden;complained about;explained;photographed;checked"
).split(";")
WHAT = (
    "the budget;an umbrella;the new bridge;a letter from Vienna;the invoice for March;the whole story;two tickets;the garden behind the "
    "house;an old piano;the missing keys;a bowl of soup;the second quarter;the noise upstairs;a blue bicycle;the results of the test;the "
    "lighthouse;a strange smell;the contract;seven eggs;the winter coats;an important meeting;the software update;a map of the coast;the engine"
).split(";")
WHEN = (
    "on Tuesday;in the morning;after the storm;without a word;for a long time;last year;before dinner;in 1998;at half past six;again;because of "
    "the rain;with great care;during the holidays;near the station;for the first time;next month;by mistake;although it was late;every week;so far"
).split(";")
CITIES = "Paris;Tokyo;New York;Berlin;Madrid;Oslo;Cairo;Lima;Sydney;Toronto;Mumbai;Seoul;Rome;Dublin;Boston;Nairobi".split(";")
COMPANIES = "Apple;Tesla;Siemens;Toyota;Nestle;Microsoft;Shell;Samsung;Airbus;Netflix".split(";")
COUNTRIES = "Peru;France;Kenya;Japan;Canada;Egypt;Norway;Brazil;Vietnam;Poland;Chile;Greece;Nepal;Ghana;Finland;Portugal".split(";")
WORDS = "gateway;window;planet;orange;guitar;library;silver;kitchen;rocket;garden;mirror;butter;castle;summer;pencil".split(";")
NAMES = "Anna;Omar;Li;Sofia;James;Priya;Tom;Elena;Kofi;Maria".split(";")

NONE, CODE, MATH, TOOLS, DOCUMENT = [0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]

# (domain, flags, usual output tokens, templates); {n} is a length in words and decides the tokens where it appears.
KINDS = [
    ("writing", NONE, 350, [
        "Write a {tone} email to {person} about {topic}.", "Write a story about {topic}.", "Compose a poem on {topic}.",
        "Draft a blog post about {topic} in about {n} words.", "Write a {tone} speech about {topic}.", "I need a {tone} message for {person} about {topic}",
        "Come up with five slogans for {topic}", "Write a dialogue between {name} and {name2} about {topic}.", "Write a cover letter; the job is about {topic}.",
        "Continue this story: {sentence}", "Write an essay of {n} words on {topic}.", "Imagine you are a pirate and tell me about {topic}.",
        "Pretend to be {name}, an expert on {topic}, and give an interview.", "Give me a catchy title for an article about {topic}", "write me a limerick about {topic}",
        "Create a product description for {topic}, max {n} words", "Help me write an invitation for {person}: {topic}", "Write a news report about {topic}.",
    ]),
    ("language", NONE, 60, [
        "Translate to {lang}: {sentence}", "Translate the following sentence into {lang}. \"{sentence}\"", "How do you say \"{word}\" in {lang}?",
        "Correct the grammar: {sentence}", "Rewrite this in a {tone} tone: {sentence}", "Paraphrase: {sentence}", "Shorten this sentence: {sentence}",
        "Is the sentiment of this text positive or negative? {sentence}", "Extract all dates and numbers from: {sentence}", "Put this into the passive voice: {sentence}",
        "What is a synonym for {word}?", "Reverse the word {word}", "Spell {word} backwards", "Write {word} in upper case", "How many vowels are in {word}?",
        "Translate this into {lang}: {sentence}", "Translate \"{sentence}\" to {lang}", "Please give me the {lang} translation of: {sentence}", "{lang} for '{word}'?",
        "Translate into {lang}. {sentence} {sentence2}", "Say this in {lang}: {sentence}", "Can you translate that to {lang}?", "Proofread: {sentence}", "Make this sound more {tone}: {sentence}",
        "Rephrase the sentence so that it is {tone}. {sentence}", "What part of speech is '{word}'?", "Give the plural of {word}", "Sort these words: {word}, {word2}", "Put {word} and {word2} in one sentence",
        "Is '{sentence}' formal or informal?", "Detect the language: {sentence}", "Count the words in: {sentence}", "Which of these is a noun? {word}, quickly, {word2}",
        "Classify this message as complaint, praise or question: {sentence}", "Fix the spelling and punctuation. {sentence} {sentence2}", "What does '{word}' mean in {lang}?",
    ]),
    ("language", DOCUMENT, 120, [
        "Summarise the text above in three sentences.", "Summarise this: {sentence} {sentence2} {sentence3}", "Give me a summary of the following text. {sentence} {sentence2}",
        "What is the main point of this passage? {sentence} {sentence2}", "Write a headline for this text: {sentence} {sentence2}", "Summarize this document: {sentence} {sentence2} {sentence3}", "TL;DR of the attached report, please",
        "According to the document, what happened first?", "List the key points of the following article.\n{sentence} {sentence2} {sentence3}",
        "Read the contract below and tell me when it ends.\n{sentence2} {sentence3} {sentence}", "Based on the passage, who is responsible? {sentence3} {sentence}",
        "Extract the names from the attached file as a table", "Answer from the text only: what is it about?\n\n{sentence} {sentence3}",
    ]),
    ("chat", NONE, 40, [
        "hi", "Hello there!", "hey, how are you?", "Good morning", "thanks a lot!", "Thank you, that helped", "Who are you?", "What can you do?", "What is your name?",
        "bye", "See you tomorrow", "I'm bored, talk to me", "I feel sad today", "tell me a joke", "Do you like {topic}?", "ok", "How was your day?", "My name is {name}.",
        "Nice to meet you, I am {name}", "you are great", "Are you a human?", "I had a long day at work", "Let's chat about {topic}", "What's up?", "I'm {name} and I love {topic}",
        "Can you keep me company for a while?", "Happy birthday to me!", "Do you sleep?", "Good night", "sorry, I didn't mean that",
    ]),
    ("code", CODE, 250, [
        "Write a function in {code} to {job}.", "How do I {job} in {code}?", "{code}: {job}", "Fix this {code} code:\n{snippet}", "What is wrong here?\n```\n{snippet}\n```",
        "I get \"{error}\" when I {job} in {code}. Why?", "Explain what this does: {snippet}", "Write a {code} script that can {job}", "Convert this to {code}:\n{snippet}",
        "Write unit tests for this function\n{snippet}", "Refactor:\n{snippet}", "What does {error} mean in {code}?", "Show me a regular expression to match a phone number",
        "What is the difference between a list and a tuple in Python?", "How do I undo the last git commit?", "Write a Dockerfile for a {code} service",
        "Optimise this query: {snippet}", "can you review my code? {snippet}", "Implement a class in {code} to {job}", "what's the time complexity of code that has to {job}?",
    ]),
    ("trivia", TOOLS, 60, [
        "What is the weather in {city} today?", "Will it rain in {city} tomorrow?", "What time is it in {city}?", "What's the stock price of {company}?",
        "Latest news about {company}", "Search the web for {topic}", "Book a flight from {city} to {city2} next Friday", "Find a restaurant near me in {city}",
        "What is the current exchange rate of the euro?", "Who won the game last night?", "Remind me at 5 pm to call {name}", "Send an email to {name}: I will be late",
        "Add milk to my shopping list", "How is traffic in {city} right now?", "Look up the opening hours of the library in {city}", "What are today's headlines?",
        "Turn off the lights in the kitchen", "Play some music by a jazz band", "What is the price of a ticket to {city} this weekend?", "Check my calendar for tomorrow",
    ]),
    ("trivia", NONE, 25, [
        "What is the capital of {country}?", "Which currency is used in {country}?", "What language do people speak in {country}?", "Who was the first president of {country}?",
        "How many people live in {city}?", "capital of {country}", "Which continent is {country} in?", "What is the highest mountain in {country}?", "When was {company} founded?",
        "Who founded {company}?", "What is the chemical symbol of gold?", "Name three rivers in {country}.", "What is {city} famous for?", "how far is {city} from {city2}?",
    ]),
    ("math", MATH, 20, [
        "What is {a} + {b}?", "{a} - {b} = ?", "Compute {a} * {b}", "What is {p}% of {a}?", "Which is larger, {a} or {b}?", "{a} / {c}", "Calculate the sum of {a}, {b} and {c}.",
        "How much is {a} times {c}?", "Solve for x: {c}x + {a} = {b}", "Round {a}.{b} to two decimals", "What is the square root of {a}?", "A shirt costs {a} and is {p}% off. What do I pay?",
        "Convert {a} km to miles", "How many days are {a} hours?", "If {name} has {a} apples and gives away {c}, how many are left?", "Simplify the fraction {c}/{a}",
    ]),
    ("reasoning", NONE, 150, [
        "{name} is taller than {name2}. {name2} is taller than Sam. Who is the shortest?", "Should I buy or rent a flat in {city}? Think step by step.",
        "Plan a three-day trip to {city} for a family.", "What are the pros and cons of {topic}?", "Why do people care about {topic}?", "Make a to-do list for {topic}.",
        "Give me advice: {person} is angry about {topic}", "Compare {topic} and {topic2}.", "If all bloops are razzies and some razzies are lazzies, are some bloops lazzies?",
        "What would change without {topic}?", "Rank these by importance: {topic}, {topic2}", "How can I decide between {city} and {city2}?",
    ]),
]
EACH = 480  # texts of a kind


def requests(seed):
    rng = random.Random(seed)
    for domain, flags, usual, templates in KINDS:
        seen = set()
        for _ in range(EACH * 4):
            text, tokens = _one(rng, rng.choice(templates), usual)
            if text not in seen:
                seen.add(text)
                yield text, domain, [float(f) for f in flags], math.log(tokens)
            if len(seen) == EACH:
                break


def _sentence(rng):
    return f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)} {rng.choice(WHEN)}{rng.choice('...?!')}"


def _one(rng, template, usual):
    n = rng.choice([30, 50, 80, 100, 150, 200, 300, 500])
    sentences = [_sentence(rng) for _ in range(3)]
    words = rng.sample(WORDS, 2)
    topics, cities, names = rng.sample(TOPICS, 2), rng.sample(CITIES, 2), rng.sample(NAMES, 2)
    slots = {
        "topic": topics[0], "topic2": topics[1], "person": rng.choice(PEOPLE), "tone": rng.choice(TONES), "lang": rng.choice(LANGUAGES),
        "code": rng.choice(CODING), "job": rng.choice(JOBS), "snippet": rng.choice(SNIPPETS), "error": rng.choice(ERRORS),
        "sentence": sentences[0], "sentence2": sentences[1], "sentence3": sentences[2], "city": cities[0], "city2": cities[1],
        "company": rng.choice(COMPANIES), "country": rng.choice(COUNTRIES), "word": words[0], "word2": words[1], "name": names[0], "name2": names[1],
        "n": n, "a": rng.randrange(10, 1000), "b": rng.randrange(10, 1000), "c": rng.randrange(2, 50), "p": rng.choice([5, 10, 15, 20, 25, 40]),
    }
    text = template.format(**slots)
    text = rng.choice([text, text, text, text[0].lower() + text[1:], text.rstrip("?."), "Please " + text[0].lower() + text[1:], text + " Thanks."])
    return text, 1.35 * n if "{n}" in template else usual
