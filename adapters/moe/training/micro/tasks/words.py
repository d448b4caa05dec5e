"""Some English words for the text tasks. One in ten falls to the test and calibration sets."""

ENGLISH = """
apple anchor answer animal arrow autumn badge banana basket beacon bridge bottle branch breeze bright brother
bucket butter button cabin camera candle canyon carpet castle cellar chance cheese cherry circle clever cloud
coffee copper corner cotton cradle crystal danger daring decade desert dinner doctor dragon driver eagle early
earth eight elbow engine enough escape evening family farmer feather fiddle finger flower forest fountain friend
frozen garden garlic gateway gentle ginger glacier golden grape guitar hammer harbor hello helmet hidden history
holiday honest horizon hotel hunter island jacket jelly journey jungle justice kettle keyboard kitchen kitten
knight ladder lamp language lantern lemon letter library light lizard machine magnet market meadow melody memory
middle mirror model money monkey morning mountain museum music needle network night notebook number ocean office
onion orange orchard oyster paper parley parrot pencil pepper person phone picture pillow planet pocket potato
program puzzle python quality question quick rabbit radio rainbow river robot rocket router sailor salmon school
season second secret server shadow silver simple sister smile soccer spider spring square station stream street
strong student summer sunset table teacher temple ticket tiger tomato tower travel triangle tunnel turtle
umbrella valley velvet village violin voyage wagon walnut water weather welcome window winter wizard wonder world
yellow zebra cat dog sun sky tree house book car fish bird milk bread salt sugar red blue green black white java
code data test word stone paper cloud banana expert memory token graph query cache budget stream latency cost
""".split()
