"""Countries and their capitals, by continent."""

_BY_CONTINENT = {
    "Africa": """
Algeria:Algiers Angola:Luanda Benin:Porto-Novo Botswana:Gaborone Burkina_Faso:Ouagadougou Burundi:Gitega
Cameroon:Yaounde Cape_Verde:Praia Central_African_Republic:Bangui Chad:N'Djamena Comoros:Moroni Djibouti:Djibouti
Democratic_Republic_of_the_Congo:Kinshasa Republic_of_the_Congo:Brazzaville Egypt:Cairo Equatorial_Guinea:Malabo
Eritrea:Asmara Eswatini:Mbabane Ethiopia:Addis_Ababa Gabon:Libreville Gambia:Banjul Ghana:Accra Guinea:Conakry
Guinea-Bissau:Bissau Ivory_Coast:Yamoussoukro Kenya:Nairobi Lesotho:Maseru Liberia:Monrovia Libya:Tripoli
Madagascar:Antananarivo Malawi:Lilongwe Mali:Bamako Mauritania:Nouakchott Mauritius:Port_Louis Morocco:Rabat
Mozambique:Maputo Namibia:Windhoek Niger:Niamey Nigeria:Abuja Rwanda:Kigali Senegal:Dakar Seychelles:Victoria
Sierra_Leone:Freetown Somalia:Mogadishu South_Africa:Pretoria South_Sudan:Juba Sudan:Khartoum Tanzania:Dodoma
Togo:Lome Tunisia:Tunis Uganda:Kampala Zambia:Lusaka Zimbabwe:Harare Sao_Tome_and_Principe:Sao_Tome
""",
    "Asia": """
Afghanistan:Kabul Armenia:Yerevan Azerbaijan:Baku Bahrain:Manama Bangladesh:Dhaka Bhutan:Thimphu
Brunei:Bandar_Seri_Begawan Cambodia:Phnom_Penh China:Beijing East_Timor:Dili Georgia:Tbilisi India:New_Delhi
Indonesia:Jakarta Iran:Tehran Iraq:Baghdad Israel:Jerusalem Japan:Tokyo Jordan:Amman Kazakhstan:Astana
Kuwait:Kuwait_City Kyrgyzstan:Bishkek Laos:Vientiane Lebanon:Beirut Malaysia:Kuala_Lumpur Maldives:Male
Mongolia:Ulaanbaatar Myanmar:Naypyidaw Nepal:Kathmandu North_Korea:Pyongyang Oman:Muscat Pakistan:Islamabad
Philippines:Manila Qatar:Doha Saudi_Arabia:Riyadh Singapore:Singapore South_Korea:Seoul Sri_Lanka:Colombo
Syria:Damascus Taiwan:Taipei Tajikistan:Dushanbe Thailand:Bangkok Turkey:Ankara Turkmenistan:Ashgabat
United_Arab_Emirates:Abu_Dhabi Uzbekistan:Tashkent Vietnam:Hanoi Yemen:Sanaa
""",
    "Europe": """
Albania:Tirana Andorra:Andorra_la_Vella Austria:Vienna Belarus:Minsk Belgium:Brussels
Bosnia_and_Herzegovina:Sarajevo Bulgaria:Sofia Croatia:Zagreb Cyprus:Nicosia Czechia:Prague Denmark:Copenhagen
Estonia:Tallinn Finland:Helsinki France:Paris Germany:Berlin Greece:Athens Hungary:Budapest Iceland:Reykjavik
Ireland:Dublin Italy:Rome Kosovo:Pristina Latvia:Riga Liechtenstein:Vaduz Lithuania:Vilnius
Luxembourg:Luxembourg Malta:Valletta Moldova:Chisinau Monaco:Monaco Montenegro:Podgorica Netherlands:Amsterdam
North_Macedonia:Skopje Norway:Oslo Poland:Warsaw Portugal:Lisbon Romania:Bucharest Russia:Moscow
San_Marino:San_Marino Serbia:Belgrade Slovakia:Bratislava Slovenia:Ljubljana Spain:Madrid Sweden:Stockholm
Switzerland:Bern Ukraine:Kyiv United_Kingdom:London
""",
    "North America": """
Antigua_and_Barbuda:Saint_John's Bahamas:Nassau Barbados:Bridgetown Belize:Belmopan Canada:Ottawa
Costa_Rica:San_Jose Cuba:Havana Dominica:Roseau Dominican_Republic:Santo_Domingo El_Salvador:San_Salvador
Grenada:Saint_George's Guatemala:Guatemala_City Haiti:Port-au-Prince Honduras:Tegucigalpa Jamaica:Kingston
Mexico:Mexico_City Nicaragua:Managua Panama:Panama_City Saint_Kitts_and_Nevis:Basseterre Saint_Lucia:Castries
Saint_Vincent_and_the_Grenadines:Kingstown Trinidad_and_Tobago:Port_of_Spain United_States:Washington
""",
    "South America": """
Argentina:Buenos_Aires Bolivia:Sucre Brazil:Brasilia Chile:Santiago Colombia:Bogota Ecuador:Quito
Guyana:Georgetown Paraguay:Asuncion Peru:Lima Suriname:Paramaribo Uruguay:Montevideo Venezuela:Caracas
""",
    "Oceania": """
Australia:Canberra Fiji:Suva Kiribati:Tarawa Marshall_Islands:Majuro Micronesia:Palikir Nauru:Yaren
New_Zealand:Wellington Palau:Ngerulmud Papua_New_Guinea:Port_Moresby Samoa:Apia Solomon_Islands:Honiara
Tonga:Nuku'alofa Tuvalu:Funafuti Vanuatu:Port_Vila
""",
}


def _pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(pair.replace("_", " ").split(":")) for pair in text.split()]


CAPITALS = {country: city for text in _BY_CONTINENT.values() for country, city in _pairs(text)}
CONTINENTS = {country: name for name, text in _BY_CONTINENT.items() for country, _ in _pairs(text)}
