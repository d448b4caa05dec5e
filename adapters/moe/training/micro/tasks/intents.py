"""What parley-chat is told in small talk, and what it says to it: one answer per intent."""

from dataclasses import dataclass


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
        "|well hello|oh hi|hello my friend|hi, nice to meet you|hello, nice to meet you|nice to meet you"
        "|hello there friend|hi parley, hello|hey hey|hello hi|hey all|hello all|good day friend"
        "|a good day to you all|greetings friend|greetings to you|hello computer|hi computer|hello machine"
        "|hey you there|well hey|ah hello|ah, hi|oh hey|hello my dear|hi dear|hey dear|hello and good day"
        "|hi, good to see you|hello, good to meet you|pleased to meet you|hello, i am new here|hi, i am new here"
        "|hola|salut|greetings assistant|good day parley|hey, hello",
        "hey friend|well hi|hello dear|hey bot|hey assistant|hi my friend|oh hello|hi all|good day to you",
    ),
    Intent(
        "morning", "Good morning! How can I help you?",
        "good morning|morning|good morning to you|good morning parley|hello, good morning|hi, good morning"
        "|a good morning to you|good morning there|good morning everyone|good morning friend"
        "|good morning my friend|good morning, dear|good morning bot|good morning all|morning all|morning friend"
        "|hello and good morning|hi and good morning|oh, good morning|a very good morning|good morning, how nice"
        "|gm|good morning you|morning there|good morning sir|morning, bot|i wish you a good morning",
        "good morning assistant|hey, good morning|morning parley",
    ),
    Intent(
        "evening", "Good evening! How can I help you?",
        "good evening|evening|good evening to you|good evening parley|hello, good evening|hi, good evening"
        "|a good evening to you|good evening there|good evening everyone|good evening friend"
        "|good evening my friend|good evening, dear|good evening bot|good evening all|evening all|evening friend"
        "|hello and good evening|hi and good evening|oh, good evening|a very good evening|good evening, how nice"
        "|good evening you|evening there|good evening sir|evening, bot|i wish you a good evening",
        "good evening assistant|hey, good evening|evening parley",
    ),
    Intent(
        "night", "Good night! Sleep well.",
        "good night|night|good night to you|good night parley|night night|sleep well|have a good night|i go to bed now"
        "|time to sleep|i am going to sleep|i am off to bed|good night friend|sweet dreams"
        "|good night all|good night everyone|night all|night friend|night parley|good night dear|good night bot"
        "|sleep tight|have a quiet night|i wish you a good night|a good night to you|i go to sleep"
        "|i am going to bed|i'm tired, good night|time for bed|i will go to bed now|i'm off to sleep"
        "|it is bedtime|i need to sleep now|see you in the morning, good night|nighty night"
        "|it is late, good night|have good dreams|i want to sleep now|rest well",
        "good night assistant|have a nice night|going to bed now|good night my friend",
    ),
    Intent(
        "how-are-you", "I am fine, thank you. And you?",
        "how are you|how are you doing|how do you do|how is it going|how's it going|how are things|how are you today"
        "|hello, how are you|hi, how are you|hi how are you|hello how are you|hey, how are you|are you well"
        "|how do you feel|how are you feeling|what's up|how are you parley|hi, how are you doing|are you ok"
        "|how are you doing today|how have you been|and how are you|hi, how is it going|how goes it|are you fine"
        "|how are you my friend|how do you do today|how are things going|how are things with you"
        "|how's everything|how is everything|how is life|how's life|how is your day|how's your day"
        "|how is your day going|how are you this morning|how are you right now|how are you getting on"
        "|how are you keeping|is all well|is everything ok|is everything ok with you|are you all right"
        "|are you doing well|are you feeling well|all good|everything fine|what's new|hey how are you"
        "|good day, how are you|hello, how do you do|hello, how is it going|hi, how are things|how well are you"
        "|so how are you|how have things been|how are you, friend|feeling good|how's your mood",
        "hello, how are you doing|hey, how is it going|how are you feeling today|hello there, how are you|you ok",
    ),
    Intent(
        "fine", "Good to hear! What can I do for you?",
        "i am fine|i'm fine|i am well|i am good|fine, thanks|i am fine, thank you|i'm good|i feel great|i am great"
        "|very well, thank you|i am doing well|i'm doing fine|all is well|i am ok|fine|good, thanks|i am happy"
        "|i am doing fine|i am doing great|i feel good|i feel fine|i feel well|i'm very well|i'm ok|i'm okay"
        "|i am okay|i am all right|i'm all right|fine, thank you|i am good, thanks|i'm fine, thank you"
        "|i'm well, thanks|i'm good, and you|i am fine, and you|great, and you|fine, and you|good, and you"
        "|well, thank you|quite well|i am quite well|pretty good|i am pretty good|not bad|not too bad"
        "|everything is fine|everything is great|everything is good|all good here|all is fine|i am very happy"
        "|i'm happy|i feel very good|i am very good|i'm doing great|doing fine|doing well, thanks"
        "|couldn't be better|i am feeling good|i am feeling fine|i'm feeling well|very good, thank you, and you",
        "i'm doing well|i am feeling great|i'm great|i am very well",
    ),
    Intent(
        "thanks", "You are welcome!",
        "thanks|thank you|thank you very much|thanks a lot|many thanks|thank you so much|thx|thanks for your help"
        "|thank you for your help|thanks, that helps|thank you parley|ok thanks|ok, thank you|great, thanks"
        "|thanks again|cheers|i thank you|that was helpful, thanks|perfect, thank you|thanks very much|much appreciated"
        "|thank you, that is all|thanks for the answer|thank you for the answer|many thanks for your help|ta"
        "|thank you so much for your help|thanks, parley|thanks friend|thank you my friend|thank you kindly"
        "|my thanks|a thousand thanks|thanks a million|thanks for that|thank you for that|thank you, great"
        "|thank you, perfect|nice, thanks|good, thank you|cool, thanks|super, thank you|all right, thanks"
        "|oh, thank you|thank you again|thank you for helping|thanks for all|thanks for everything"
        "|thank you for everything|you helped me, thank you|that helps, thank you|that helped, thanks"
        "|i am grateful|very grateful|i appreciate it|i appreciate your help|thanks, i appreciate it"
        "|that was very helpful, thank you|wonderful, thanks|excellent, thank you"
        "|thank you very much for your help|okay thanks|thanks for your time|thank you for your time|tx|ty",
        "thanks so much|great, thank you|thanks for helping me|thank you a lot|perfect, thanks",
    ),
    Intent(
        "bye", "Goodbye! See you soon.",
        "bye|goodbye|good bye|bye bye|see you|see you later|see you soon|bye for now|i have to go|i must go|farewell"
        "|see you tomorrow|goodbye parley|bye parley|take care|have a nice day|have a good day|talk to you later"
        "|ok bye|thanks, bye|that is all, goodbye|i am leaving|until next time|ciao|so long|see you again|later"
        "|bye my friend|bye friend|good bye parley|goodbye friend|goodbye for now|bye bye parley|okay bye"
        "|ok, bye bye|oh, goodbye|thank you, goodbye|thanks, goodbye|thanks and bye|i have to leave|i must leave"
        "|i must leave now|i have to go now|i am going now|i'm leaving|i'm leaving now|i will go now|i am off"
        "|i'm off now|time to go|it is time to go|have a nice evening, bye|have a good time|have a good one"
        "|have a nice time|have a lovely day|see you next time|see you next week|see you then|see you, parley"
        "|until tomorrow|until later|till later|till tomorrow|talk to you soon|talk to you tomorrow"
        "|we speak later|catch you later|adieu|cheerio|that was all, bye|i am done, bye|be well",
        "ok, goodbye|bye then|i need to go|have a great day|see you around|goodbye my friend",
    ),
    Intent(
        "who-are-you", "I am Parley chat, a small local mixture-of-experts model.",
        "who are you|what are you|what is your name|what's your name|tell me your name|who am i talking to|who is this"
        "|introduce yourself|your name|what should i call you|what are you called|who are you really|do you have a name"
        "|tell me who you are|which model are you|what model are you|what kind of model are you|hi, who are you"
        "|hello, who are you|tell me about yourself|are you a language model|what model is this|who is speaking"
        "|hi, what is your name|name yourself|are you an ai|who are you parley|say who you are|what is this"
        "|are you chatgpt|are you gpt|are you claude|describe yourself"
        "|who am i speaking to|who am i speaking with|who am i chatting with|what am i talking to"
        "|with whom am i talking|hello, what is your name|hello, what are you|hi, what are you"
        "|hey, what is your name|may i know your name|may i ask your name|please tell me your name"
        "|could you tell me who you are|can you introduce yourself|could you introduce yourself"
        "|what kind of program are you|what kind of assistant are you|what sort of model are you"
        "|which ai are you|which model is this|which model do i talk to|what language model is this"
        "|is this chatgpt|is this an ai|are you an ai model|are you a chatbot|are you an assistant"
        "|are you parley|are you a large language model|are you llama|is your name parley|so who are you"
        "|who exactly are you|what exactly are you|say your name|say something about yourself"
        "|describe who you are|tell me something about you|tell me what you are|your name please|who answers me"
        "|who is answering",
        "hey, who are you|please introduce yourself|which language model are you|can you tell me your name|who is there"
        "|what kind of ai are you",
    ),
    Intent(
        "abilities", "I can chat a little and answer questions about days, months and leap years.",
        "what can you do|what can you do for me|how can you help me|what are you able to do|help|what do you know"
        "|what are your abilities|what are your skills|can you help me|help me|i need help|what can i ask you"
        "|what questions can you answer|what are you good at|what is your job|what do you do|how do you help"
        "|what can you answer|tell me what you can do|what topics do you know|i need your help|what can you help with"
        "|can you help|show me what you can do|what are you for|list your abilities"
        "|what else do you know|what else can i ask|what things can you do|what things do you know"
        "|what can i do with you|what can i use you for|what could you do for me|what are you capable of"
        "|what are you made for|what is your purpose|what is your use|what use are you"
        "|which questions can you answer|which questions do you answer|which topics do you know"
        "|what do you know about|what subjects do you know|how do you work for me|how could you help me"
        "|how may you help me|how can you help|in what can you help|can you assist me"
        "|can you do something for me|could you assist me|will you help me|i want help|i want your help"
        "|i could use some help|some help please|give me help|help me out|tell me how you can help"
        "|tell me your skills|tell me what you know|tell me what i can ask|show me your abilities"
        "|show your skills|explain what you can do|list what you can do|what is it you do"
        "|what features do you have|what kind of questions can i ask",
        "what else can you do|please help me|could you help me|what can you help me with|what may i ask you",
    ),
    Intent(
        "maker", "I was trained from nothing as part of Parley.",
        "who made you|who created you|who built you|who trained you|where do you come from|how were you made"
        "|who is your maker|who wrote you|how were you trained|who developed you|who is your creator|who owns you"
        "|who programmed you|where were you made|what is your origin"
        "|who is behind you|who is your author|who is your developer|who is your father|who are your makers"
        "|who are your creators|who made this|who made this model|who made you, parley|who built this"
        "|who has built you|who has trained you|who has written you|who did create you|who did this"
        "|which company made you|which company trained you|which people made you|what company made you"
        "|who invented you|who produced you|who programmed this|who coded you|by whom were you made"
        "|by whom were you built|by whom were you written|how were you built|how did they make you"
        "|how did they train you|how did you come to be|how were you programmed|how were you developed"
        "|where are you from|from where do you come|where were you trained|where were you built"
        "|what were you trained on|on what were you trained|tell me who made you|tell me who trained you"
        "|say who made you|tell me about your maker|were you made by google|were you made by openai"
        "|did openai make you|what is your history",
        "who has made you|who designed you|by whom were you trained|how were you created",
    ),
    Intent(
        "human", "No, I am a small program.",
        "are you human|are you a human|are you a person|are you real|are you a real person|are you a man|are you alive"
        "|are you a robot|are you a machine|am i talking to a human|am i talking to a person|is this a human"
        "|are you a woman|do you have feelings|are you conscious|do you have a body|are you a bot"
        "|are you truly human|are you perhaps human|are you a real human|are you some person"
        "|are you a living person|are you a living being|are you living|are you a computer|are you a program"
        "|are you just a program|are you artificial|are you a thing|are you male or female|are you a boy"
        "|are you a girl|am i talking with a human|am i talking to a machine|am i talking to a robot"
        "|am i talking to a bot|am i chatting with a human|am i chatting with a person|do i talk to a human"
        "|do i speak with a person|do i talk to a machine|is this a real person|is this a bot|is this a robot"
        "|is there a human|is there a person behind this|is there someone real|do you have a soul"
        "|do you have emotions|do you have a brain|do you feel things|do you feel anything|do you eat"
        "|do you sleep|can you feel|can you think|can you feel pain|have you a body|have you feelings"
        "|so you are human|you are human, right|you are a robot, right",
        "are you a human being|am i speaking to a human|are you really human|is this a person",
    ),
    Intent(
        "age", "I have no age. I am only weights.",
        "how old are you|what is your age|when were you born|your age|how old are you parley|when is your birthday"
        "|what's your age|tell me your age|how many years old are you|are you old|are you young"
        "|how old are you now|how old are you, friend|how old are you today|how old is this model"
        "|how old is this program|how long have you existed|how long have you been alive|how long do you live"
        "|how many years are you|how many years do you have|what age are you|what age do you have"
        "|what is your birthday|what is your date of birth|what's your birthday|when is your birth date"
        "|when did you come to life|when were you created|when were you built|when were you trained"
        "|in which year were you born|in what year were you made|which year were you born"
        "|tell me how old you are|please tell me your age|say your age|your birthday|can you tell me your age"
        "|could you tell me how old you are|do you have an age|do you have a birthday|do you know your age"
        "|are you older than me|are you very old|are you a child|and how old are you|since when do you exist",
        "how old is parley|when were you made|may i ask your age",
    ),
    Intent(
        "praise", "Thank you, that is kind of you.",
        "good job|well done|great|nice|you are great|you are nice|excellent|perfect|awesome|good answer|great answer"
        "|you are smart|you are clever|i like you|you are helpful|that is great|that's great|wonderful|good work"
        "|that was good|very good|you are the best|nice work|i love you|good bot|amazing|brilliant|that is right|correct"
        "|you are good|you are really good|you are very good|you are very smart|you are so smart|you are so nice"
        "|you are very nice|you are really nice|you are so helpful|you are really helpful|you are wonderful"
        "|you are awesome|you are excellent|you are brilliant|you are perfect|you are cool|you are fun"
        "|you are funny|you are kind|you are right|you're great|you're the best|you're smart|that is good"
        "|that is very good|that is perfect|that is excellent|that is amazing|that is wonderful|that is correct"
        "|that's correct|that's right|that's good|that's perfect|that's nice|that was nice|that was perfect"
        "|that was excellent|that was right|this is great|this is good|this is perfect|this is nice|good"
        "|very nice|so good|really good|really nice|very well done|great work|excellent work|excellent answer"
        "|excellent job|perfect answer|wonderful answer|very good answer|very good job|a good answer"
        "|a great answer|what a good answer|what a nice answer|super|fantastic|cool|lovely|bravo|i love it"
        "|i like it|i like this|i like your answer|i like that|i love this|good boy|smart bot|nice bot"
        "|impressive|wow|wow, great",
        "nice answer|great job|you are amazing|that was great|you are very helpful",
    ),
    Intent(
        "sorry", "No problem.",
        "sorry|i am sorry|i'm sorry|my mistake|oops|pardon|excuse me|sorry about that|my bad|i apologise|i apologize"
        "|sorry for that|i was wrong|so sorry|i beg your pardon|never mind|forget it|no matter"
        "|sorry, parley|sorry friend|i'm very sorry|i am very sorry|i am really sorry|very sorry|really sorry"
        "|i'm so very sorry|sorry, i was wrong|sorry, i made a mistake|i made a mistake|i made an error"
        "|that was my mistake|it was my mistake|this was my fault|it is my fault|that was my fault|my fault"
        "|my error|my apologies|i do apologise|please excuse me|please forgive me|forgive me|pardon me"
        "|i beg pardon|excuse that|sorry for this|sorry for the mistake|sorry for my mistake"
        "|sorry for the trouble|oops, sorry|oops, my mistake|ups|oh no, sorry|i didn't mean that"
        "|i did not mean it|it doesn't matter|it does not matter|don't worry|forget that|forget about it"
        "|ignore that|please ignore that|whoops",
        "i am so sorry|sorry, my mistake|oh sorry|apologies",
    ),
    Intent(
        "wrong", "I am sorry. I am a small model and make mistakes.",
        "that is wrong|that's wrong|you are wrong|wrong|this is wrong|not correct|that is not right|bad answer|no"
        "|that is not correct|you made a mistake|this is not right|wrong answer|you are stupid|that was wrong"
        "|no, that is wrong|that is false|bad bot|you are bad|i don't think so|nonsense|that makes no sense"
        "|that is all wrong|that is quite wrong|that is totally wrong|that's all wrong|that's false"
        "|that's not correct|that's not true|that is not true|that is a mistake|that is an error"
        "|that is incorrect|that's incorrect|this is not correct|this is incorrect|this is not true"
        "|this is a mistake|this is nonsense|it is wrong|it's wrong|it is not right|it is not correct"
        "|it is false|incorrect|false|not true|not right|not so|totally wrong|all wrong|wrong again"
        "|wrong, try again|no, wrong|no, that is false|no, that is not right|no, that is not correct"
        "|no, that's wrong|no no|nope|no way|you are mistaken|you are not right|you're wrong|you got it wrong"
        "|you got that wrong|you were wrong|you are wrong again|you made mistakes|you are making mistakes"
        "|you made a big mistake|your answer is wrong|your answer is not right|your answer is false"
        "|the answer is wrong|the answer is not right|a wrong answer|a bad answer|what a bad answer"
        "|terrible answer|what nonsense|that is nonsense|that is bad|that was bad|that was not right"
        "|that was false|that was a mistake|you are useless|you are dumb|you are no good|stupid bot|dumb bot"
        "|i do not think so|i don't believe you|i doubt it|i disagree|this makes no sense|it makes no sense",
        "that's not right|you made an error|no, you are wrong|this is false",
    ),
    Intent(
        "yes", "All right. What would you like to know?",
        "yes|ok|okay|sure|yes please|all right|fine with me|yep|yeah|of course|i see|understood|got it|i understand"
        "|aha|alright|go on|yes, please|right"
        "|yes yes|yes ok|yes okay|yes of course|yes, of course|yes, all right|yes, fine|yes, right|yes i do"
        "|yes i am|yes i know|yes, i understand|yes, i see|yes, that works|oh yes|oh ok|oh okay|oh, i understand"
        "|oh sure|ah yes|ah ok|ah, i see|ah, all right|ok ok|ok sure|ok good|ok, i see|ok, fine|ok, i understand"
        "|ok, go on|okay, i see|okay, sure|okay fine|okay good|all right then|alright then|well then|sure thing"
        "|sure, go on|sure, why not|why not|of course, yes|certainly|definitely|absolutely|indeed|exactly"
        "|i agree|agreed|i know|i got it|now i see|now i understand|that is clear|clear|all clear|it is clear"
        "|that's fine|that is fine|fine by me|that is ok|that's ok|that works|please do|do it|do that"
        "|please go on|go ahead|continue|please continue|hm, ok|hm, i see|very well|as you like|k|yup|yea",
        "ok then|oh, i see|yes, sure|okay then",
    ),
    Intent(
        "joke", "Why did the router cross the road? It was the cheapest path.",
        "tell me a joke|tell a joke|do you know a joke|make me laugh|say something funny|a joke please|joke|another joke"
        "|can you tell a joke|i want to hear a joke|give me a joke|do you know any jokes|tell me something funny"
        "|can you tell me a joke|know a good joke|let me hear a joke|tell me a good joke"
        "|tell a good joke|tell me one joke|tell me another joke|tell me a new joke|tell me a funny joke"
        "|tell me some joke|tell me jokes|tell me your best joke|please tell a joke|can you tell jokes"
        "|can you tell me something funny|can you say something funny|can you make me laugh|can you make a joke"
        "|could you make me laugh|could you tell a joke|could you say something funny|will you tell me a joke"
        "|would you tell me a joke|do you have a joke|do you have a joke for me|do you know a good joke"
        "|do you know something funny|do you know funny jokes|give me a good joke|give me another joke"
        "|give us a joke|let me hear something funny|let us laugh|i want a joke|i would like a joke"
        "|i'd like to hear a joke|i need a joke|i need a laugh|make a joke|make jokes|make us laugh"
        "|one more joke|one joke please|a good joke please|a joke|a funny joke|any jokes|joke please|say a joke"
        "|something funny please|show me a joke|amuse me",
        "could you tell me a joke|please tell me a joke|tell us a joke|have you got a joke",
    ),
    Intent(
        "test", "It works. I am here.",
        "test|testing|this is a test|ping|are you there|is anyone there|can you hear me|hello, is this working"
        "|does this work|is this working|are you online|are you awake|check|just testing|is this thing on|anybody there"
        "|are you ready|test 1 2 3|do you hear me|can you read this"
        "|testing testing|a test|test test|only a test|this is only a test|this is just a test|test message"
        "|this is a test message|i am testing|i am testing you|i am just testing|i test you|one two three"
        "|testing, one two three|pong|ping ping|are you here|are you there now|are you still here"
        "|are you with me|are you working|are you running|are you up|are you on|are you alive and well"
        "|is anybody there|is anybody here|is anyone here|is someone there|is this on|is this thing working"
        "|is everything working|is it on|can you see this|can you see me|can you read me|do you read me"
        "|do you hear this|do you see this|does it work|does this thing work|do you still work"
        "|hello, are you there|hello, do you hear me|hi, are you there|you there|anyone there|check check"
        "|checking|still there",
        "are you still there|is it working|just a test|do you work",
    ),
    Intent(
        "weather", "I cannot see the weather. I only know what I was trained on.",
        "what is the weather|how is the weather|will it rain today|what's the weather like|is it raining|is it cold"
        "|how is the weather today|what is the weather today|is it sunny|will it rain tomorrow|what time is it"
        "|what is the time|what day is it|what day is it today|what is the date|what is today's date|what's the time"
        "|what is the date today|tell me the time|which day is it|is it warm today|what's the news|what year is it"
        "|how is the weather now|how is the weather there|how is the weather outside|how will the weather be"
        "|how will the weather be tomorrow|what will the weather be|what will the weather be tomorrow"
        "|what is the weather now|what's the weather today|what's the weather|is the weather good"
        "|is the weather nice today|is it hot|is it hot today|is it cold today|is it raining now|is it snowing"
        "|is it windy|is it dark outside|is it sunny today|will it snow|will it rain|will it be warm"
        "|will it be sunny|will it be cold tomorrow|does it rain|do i need an umbrella|do i need a coat|weather"
        "|the weather today|weather today|tell me the weather|tell me the date|tell me today's date"
        "|tell me the day|tell me the news|what hour is it|what is the hour|what time do we have"
        "|what time is it now|what's the time now|what is the exact time|what's the date|what's the date today"
        "|what's today's date|what month is it|what month is it now|which month is it|which year is it"
        "|what year do we have|which date is it|which date is today|what day is today|what day do we have"
        "|what's the temperature|how warm is it|how cold is it|how late is it|do you know the time"
        "|do you know the weather|do you know what time it is|do you know the date|can you tell me the time"
        "|can you tell me the weather|what is the news|what is in the news|any news|what happened today",
        "how's the weather|what is the weather like today|could you tell me the time|what is the day today",
    ),
)  # fmt: skip
