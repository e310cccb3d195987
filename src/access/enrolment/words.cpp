#include "access/enrolment/words.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/random.h"

namespace openclaw::access {

namespace {

// 64 each, told apart when they are read aloud.
constexpr std::array<std::string_view, 64> colours = {
    "amber",   "apple",  "ashen",  "azure",  "beige",  "black",   "blue",   "bronze",  "brown",   "candy",
    "cherry",  "cobalt", "copper", "coral",  "cream",  "crimson", "dark",   "desert",  "dusty",   "ebony",
    "emerald", "frosty", "garnet", "ginger", "golden", "granite", "green",  "grey",    "hazel",   "honey",
    "icy",     "indigo", "ivory",  "jade",   "khaki",  "lemon",   "lilac",  "lime",    "magenta", "maroon",
    "mint",    "misty",  "navy",   "ochre",  "olive",  "orange",  "pastel", "peach",   "pearl",   "pink",
    "plum",    "purple", "quartz", "red",    "ruby",   "rusty",   "sandy",  "scarlet", "silver",  "snowy",
    "tawny",   "violet", "white",  "yellow"};
constexpr std::array<std::string_view, 64> animals = {
    "badger", "bat",    "bear",   "beaver",  "bison",  "camel",   "cat",    "cobra",    "cow",     "crab",
    "crane",  "deer",   "dog",    "dolphin", "donkey", "dragon",  "duck",   "eagle",    "elk",     "falcon",
    "ferret", "finch",  "fox",    "frog",    "gecko",  "giraffe", "goat",   "goose",    "hamster", "hawk",
    "heron",  "horse",  "jaguar", "koala",   "lion",   "lizard",  "lynx",   "magpie",   "mole",    "monkey",
    "moose",  "mouse",  "newt",   "otter",   "owl",    "panda",   "parrot", "pelican",  "penguin", "pigeon",
    "puffin", "rabbit", "raven",  "robin",   "salmon", "seal",    "sheep",  "squirrel", "stork",   "swan",
    "tiger",  "turtle", "walrus", "wolf"};
constexpr unsigned numbers_from = 10, numbers = 64;

}  // namespace

std::string confirmation_words() {
    const auto bytes = random_bytes(4);
    const auto pick = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]) % 64U; };
    static_assert(colours.size() == 64 && animals.size() == 64 && numbers == 64);
    return fmt::format("{} {} {} {}", colours[pick(0)], animals[pick(1)], numbers_from + pick(2),
                       animals[pick(3)]);
}

}  // namespace openclaw::access
