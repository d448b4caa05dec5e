"""Further phrasings of the text tasks, for the second course of parley-text."""

MORE = {
    "upper": (
        "Convert the word {w} to capitals", "Show {w} in capital letters", "Change {w} into capitals",
        "How does {w} look in capitals?", "Give me {w} in upper case", "How would you write {w} in upper case?",
        "Spell {w} in capitals", "I want {w} in capitals", "Make the word {w} all caps", "{w} in all caps",
        "Change the word {w} to capital letters", "How is {w} written in upper case?", "Give me the capitals of {w}",
    ),
    "reverse": (
        "Give me {w} backwards", "Give me the reverse of {w}", "Put {w} in reverse", "Flip {w}",
        "Flip the letters of {w}", "How is {w} spelled backwards?", "How do you write {w} backwards?",
        "Turn {w} around", "Show the word {w} reversed", "Mirror the word {w}", "I want {w} backwards",
        "Put the letters of {w} backwards", "Spell the word {w} backwards", "How would you spell {w} in reverse?",
    ),
    "first": (
        "Tell me which letter {w} starts with", "{w}: first letter?", "What does {w} start with?",
        "{w} starts with which letter?", "Say the first letter of {w}", "Take the first letter of {w}",
        "Which is the first letter of {w}?", "Show me the first letter of {w}", "Tell me what letter is first in {w}",
        "Which letter does the word {w} begin with?", "{w}: which letter is first?",
    ),
    "last": (
        "Tell me which letter {w} ends with", "{w}: last letter?", "What does {w} end with?",
        "{w} ends with which letter?", "Say the last letter of {w}", "Take the last letter of {w}",
        "Which is the last letter of {w}?", "Show me the last letter of {w}", "Tell me what letter is last in {w}",
        "Which letter does the word {w} end in?", "{w}: which letter is last?",
    ),
    "vowels": (
        "Tell me the number of vowels in {w}", "How many vowels can be found in {w}?", "{w}: how many vowels?",
        "Find the number of vowels in {w}", "Count all vowels in {w}", "Can you count the vowels in {w}?",
        "How many vowels has {w}?", "I want to know how many vowels are in {w}", "Tell me the vowel count of {w}",
        "How many vowels do you see in {w}?",
    ),
    "length": (
        "Tell me the length of {w}", "{w}: how many letters?", "Find the length of {w}", "Count all letters in {w}",
        "Can you count the letters in {w}?", "How many letters has {w}?", "What length does {w} have?",
        "How long is the string {w}?", "I want to know how many letters are in {w}", "{w} is how long?",
        "How many letters do you see in {w}?",
    ),
}  # fmt: skip
