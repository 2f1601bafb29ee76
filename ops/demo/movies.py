"""Twelve films everybody knows; descriptions in our own words, posters drawn by us (`posters.py`)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DemoMovie:
    slug: str
    title: str
    duration: int  # minutes
    interval: int  # minutes
    certificate: str
    released: date
    rating: str
    genre: tuple[str, ...]
    language: tuple[str, ...]
    format: tuple[str, ...]
    cast: tuple[tuple[str, str], ...]  # name, character
    crew: tuple[tuple[str, str], ...]  # name, job
    description: str

    def fields(self) -> dict[str, object]:
        """Shape the facts as the columns of a movie."""
        return {
            "slug": self.slug,
            "title": self.title,
            "duration": self.duration,
            "interval_minutes": self.interval,
            "certificate": self.certificate,
            "release_date": self.released,
            "rating": Decimal(self.rating),
            "genre": list(self.genre),
            "language": list(self.language),
            "format": list(self.format),
            "cast": [
                {"name": name, "character": role, "order": place} for place, (name, role) in enumerate(self.cast)
            ],
            "crew": [{"name": name, "job": job} for name, job in self.crew],
            "description": self.description,
            "poster_url": f"/static/posters/{self.slug}.svg",
        }


DISTRIBUTORS = ("Carter Road Films", "Western Talkies")  # made up
TERMS = ((1, "50"), (2, "42.5"), (3, "37.5"), (4, "30"))  # from which week of the run on, which percentage
MOVIES = (
    DemoMovie(
        slug="sholay",
        title="Sholay",
        duration=204,
        interval=15,
        certificate="UA",
        released=date(1975, 8, 15),
        rating="8.1",
        genre=("Action", "Adventure", "Drama"),
        language=("Hindi",),
        format=("2D",),
        cast=(
            ("Amitabh Bachchan", "Jai"),
            ("Dharmendra", "Veeru"),
            ("Sanjeev Kumar", "Thakur Baldev Singh"),
            ("Hema Malini", "Basanti"),
            ("Jaya Bhaduri", "Radha"),
            ("Amjad Khan", "Gabbar Singh"),
        ),
        crew=(("Ramesh Sippy", "Director"), ("Salim-Javed", "Writer"), ("R. D. Burman", "Music")),
        description="A retired policeman hires two small-time crooks to catch the bandit who ruined his family. "
        "They come for the reward, and stay for the village.",
    ),
    DemoMovie(
        slug="lagaan",
        title="Lagaan",
        duration=224,
        interval=15,
        certificate="U",
        released=date(2001, 6, 15),
        rating="8.1",
        genre=("Drama", "Musical", "Sport"),
        language=("Hindi",),
        format=("2D",),
        cast=(
            ("Aamir Khan", "Bhuvan"),
            ("Gracy Singh", "Gauri"),
            ("Rachel Shelley", "Elizabeth Russell"),
            ("Paul Blackthorne", "Captain Russell"),
        ),
        crew=(("Ashutosh Gowariker", "Director"), ("A. R. Rahman", "Music")),
        description="1893: a drought-struck village must pay double tax, unless its farmers beat the garrison at "
        "cricket, a game none of them has ever played.",
    ),
    DemoMovie(
        slug="3-idiots",
        title="3 Idiots",
        duration=171,
        interval=15,
        certificate="UA",
        released=date(2009, 12, 25),
        rating="8.4",
        genre=("Comedy", "Drama"),
        language=("Hindi",),
        format=("2D",),
        cast=(
            ("Aamir Khan", "Rancho"),
            ("R. Madhavan", "Farhan Qureshi"),
            ("Sharman Joshi", "Raju Rastogi"),
            ("Kareena Kapoor", "Pia Sahastrabuddhe"),
            ("Boman Irani", "Viru Sahastrabuddhe"),
        ),
        crew=(("Rajkumar Hirani", "Director"), ("Abhijat Joshi", "Screenplay"), ("Shantanu Moitra", "Music")),
        description="Two friends set out to find the third, who taught an engineering college that learning and "
        "passing are different things, and then vanished.",
    ),
    DemoMovie(
        slug="dangal",
        title="Dangal",
        duration=161,
        interval=10,
        certificate="U",
        released=date(2016, 12, 23),
        rating="8.3",
        genre=("Biography", "Drama", "Sport"),
        language=("Hindi", "Tamil", "Telugu"),
        format=("2D",),
        cast=(
            ("Aamir Khan", "Mahavir Singh Phogat"),
            ("Fatima Sana Shaikh", "Geeta Phogat"),
            ("Sanya Malhotra", "Babita Kumari"),
            ("Sakshi Tanwar", "Daya Kaur"),
        ),
        crew=(("Nitesh Tiwari", "Director"), ("Pritam", "Music")),
        description="A wrestler who never won his gold for India finds that his daughters can, if the village, the "
        "federation and his own stubbornness let them.",
    ),
    DemoMovie(
        slug="rrr",
        title="RRR",
        duration=182,
        interval=10,
        certificate="UA",
        released=date(2022, 3, 25),
        rating="7.8",
        genre=("Action", "Drama"),
        language=("Telugu", "Hindi", "Tamil"),
        format=("2D", "3D", "IMAX"),
        cast=(
            ("N. T. Rama Rao Jr.", "Komaram Bheem"),
            ("Ram Charan", "Alluri Sitarama Raju"),
            ("Alia Bhatt", "Sita"),
            ("Ajay Devgn", "Venkata Rama Raju"),
        ),
        crew=(("S. S. Rajamouli", "Director"), ("V. Vijayendra Prasad", "Story"), ("M. M. Keeravani", "Music")),
        description="Delhi, 1920: a forest tribesman looking for a stolen girl and an officer of the Raj become "
        "brothers before either learns who the other is. Also, they dance.",
    ),
    DemoMovie(
        slug="kantara",
        title="Kantara",
        duration=148,
        interval=10,
        certificate="UA",
        released=date(2022, 9, 30),
        rating="8.2",
        genre=("Action", "Drama", "Thriller"),
        language=("Kannada", "Hindi", "Telugu"),
        format=("2D", "IMAX"),
        cast=(
            ("Rishab Shetty", "Shiva"),
            ("Sapthami Gowda", "Leela"),
            ("Kishore", "Murali"),
            ("Achyuth Kumar", "Devendra Suttooru"),
        ),
        crew=(("Rishab Shetty", "Director"), ("B. Ajaneesh Loknath", "Music")),
        description="A king once gave his land to the forest's spirit. Generations later a landlord, an officer and a "
        "reckless buffalo racer all lay claim to it.",
    ),
    DemoMovie(
        slug="manjummel-boys",
        title="Manjummel Boys",
        duration=135,
        interval=10,
        certificate="UA",
        released=date(2024, 2, 22),
        rating="8.2",
        genre=("Adventure", "Drama", "Thriller"),
        language=("Malayalam", "Tamil"),
        format=("2D",),
        cast=(
            ("Soubin Shahir", "Kuttan"),
            ("Sreenath Bhasi", "Subhash"),
            ("Balu Varghese", "Sixon"),
            ("Khalid Rahman", "Prasad"),
        ),
        crew=(("Chidambaram", "Director"), ("Sushin Shyam", "Music")),
        description="Eleven friends on a trip to Kodaikanal ignore a fence. One of them falls into a cave nobody has "
        "come back from; the others will not leave.",
    ),
    DemoMovie(
        slug="pather-panchali",
        title="Pather Panchali",
        duration=125,
        interval=0,
        certificate="U",
        released=date(1955, 8, 26),
        rating="8.2",
        genre=("Drama",),
        language=("Bengali",),
        format=("2D",),
        cast=(
            ("Subir Banerjee", "Apu"),
            ("Uma Das Gupta", "Durga"),
            ("Karuna Banerjee", "Sarbojaya"),
            ("Kanu Banerjee", "Harihar"),
            ("Chunibala Devi", "Indir Thakrun"),
        ),
        crew=(("Satyajit Ray", "Director"), ("Subrata Mitra", "Photography"), ("Ravi Shankar", "Music")),
        description="A boy and his sister grow up poor in rural Bengal, with an old aunt, a stolen guava, the monsoon, "
        "and a train far away across the grass.",
    ),
    DemoMovie(
        slug="interstellar",
        title="Interstellar",
        duration=169,
        interval=10,
        certificate="UA",
        released=date(2014, 11, 7),
        rating="8.7",
        genre=("Adventure", "Drama", "Science Fiction"),
        language=("English", "Hindi"),
        format=("2D", "IMAX"),
        cast=(
            ("Matthew McConaughey", "Cooper"),
            ("Anne Hathaway", "Brand"),
            ("Jessica Chastain", "Murph"),
            ("Michael Caine", "Professor Brand"),
        ),
        crew=(("Christopher Nolan", "Director"), ("Jonathan Nolan", "Screenplay"), ("Hans Zimmer", "Music")),
        description="With the harvests failing, a pilot leaves his daughter to look for another world. An hour where "
        "he is going costs years where she is.",
    ),
    DemoMovie(
        slug="dune-part-two",
        title="Dune: Part Two",
        duration=166,
        interval=10,
        certificate="UA",
        released=date(2024, 3, 1),
        rating="8.5",
        genre=("Action", "Adventure", "Science Fiction"),
        language=("English", "Hindi"),
        format=("2D", "IMAX"),
        cast=(
            ("Timothée Chalamet", "Paul Atreides"),
            ("Zendaya", "Chani"),
            ("Rebecca Ferguson", "Lady Jessica"),
            ("Austin Butler", "Feyd-Rautha"),
        ),
        crew=(("Denis Villeneuve", "Director"), ("Jon Spaihts", "Screenplay"), ("Hans Zimmer", "Music")),
        description="Hidden among the people of the desert, a duke's son learns to ride what lives under it, and "
        "what it costs to be the one they were waiting for.",
    ),
    DemoMovie(
        slug="inside-out-2",
        title="Inside Out 2",
        duration=96,
        interval=0,
        certificate="U",
        released=date(2024, 6, 14),
        rating="7.5",
        genre=("Animation", "Comedy", "Family"),
        language=("English", "Hindi"),
        format=("2D", "3D"),
        cast=(
            ("Amy Poehler", "Joy"),
            ("Maya Hawke", "Anxiety"),
            ("Kensington Tallman", "Riley"),
            ("Phyllis Smith", "Sadness"),
        ),
        crew=(("Kelsey Mann", "Director"), ("Meg LeFauve", "Screenplay"), ("Andrea Datzman", "Music")),
        description="Riley turns thirteen, and new feelings move into headquarters overnight. One of them has a plan "
        "for everything that could go wrong.",
    ),
    DemoMovie(
        slug="parasite",
        title="Parasite",
        duration=132,
        interval=10,
        certificate="A",
        released=date(2020, 1, 31),
        rating="8.5",
        genre=("Drama", "Thriller"),
        language=("Korean",),
        format=("2D",),
        cast=(
            ("Song Kang-ho", "Kim Ki-taek"),
            ("Lee Sun-kyun", "Park Dong-ik"),
            ("Cho Yeo-jeong", "Choi Yeon-gyo"),
            ("Choi Woo-shik", "Kim Ki-woo"),
            ("Park So-dam", "Kim Ki-jung"),
        ),
        crew=(("Bong Joon-ho", "Director"), ("Han Jin-won", "Screenplay"), ("Jung Jae-il", "Music")),
        description="One by one a family from a basement flat finds work in a house on the hill. The house has a "
        "basement too.",
    ),
)
