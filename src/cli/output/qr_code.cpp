// A code is built in the order of the standard: the text becomes data codewords, these get error correction
// (Reed-Solomon over GF(256)) block by block, the blocks are interleaved, and the bits run up and down in
// columns two modules wide around the fixed patterns. Then a mask breaks up what would confuse a reader.
#include "cli/output/qr_code.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace openclaw::cli {

namespace {

// Of level L: codewords in all, of which these are for correction in each block, and how many blocks there
// are.
struct Version {
    int codewords, correction, blocks;
};
constexpr std::array<Version, 10> versions = {{{26, 7, 1},
                                               {44, 10, 1},
                                               {70, 15, 1},
                                               {100, 20, 1},
                                               {134, 26, 1},
                                               {172, 18, 2},
                                               {196, 20, 2},
                                               {242, 24, 2},
                                               {292, 30, 2},
                                               {346, 18, 4}}};
constexpr std::array<std::array<int, 3>, 10> alignment_centres = {
    {{}, {6, 18}, {6, 22}, {6, 26}, {6, 30}, {6, 34}, {6, 22, 38}, {6, 24, 42}, {6, 26, 46}, {6, 28, 50}}};
constexpr int quiet_zone = 4, masks = 8;
constexpr unsigned level_bits = 1;  // L

int data_codewords(int version) {
    const auto& v = versions[static_cast<std::size_t>(version - 1)];
    return v.codewords - v.correction * v.blocks;
}

int count_bits(int version) {
    return version < 10 ? 8 : 16;
}

std::uint8_t multiplied(std::uint8_t left, std::uint8_t right) {
    unsigned product = 0;
    for (int bit = 7; bit >= 0; --bit) {
        product = product << 1U ^ (product >> 7U) * 0x11DU;
        if ((right >> bit & 1) != 0) product ^= left;
    }
    return static_cast<std::uint8_t>(product);
}

// The generator polynomial without its leading one, highest power first.
std::vector<std::uint8_t> generator(int degree) {
    std::vector<std::uint8_t> result(static_cast<std::size_t>(degree), 0);
    result.back() = 1;
    std::uint8_t root = 1;
    for (int i = 0; i < degree; ++i) {
        for (std::size_t j = 0; j < result.size(); ++j) {
            result[j] = multiplied(result[j], root);
            if (j + 1 < result.size()) result[j] ^= result[j + 1];
        }
        root = multiplied(root, 2);
    }
    return result;
}

std::string correction_of(std::string_view data, const std::vector<std::uint8_t>& divisor) {
    std::vector<std::uint8_t> rest(divisor.size(), 0);
    for (const char byte : data) {
        const auto factor = static_cast<std::uint8_t>(static_cast<unsigned char>(byte) ^ rest.front());
        std::rotate(rest.begin(), rest.begin() + 1, rest.end());
        rest.back() = 0;
        for (std::size_t i = 0; i < rest.size(); ++i) rest[i] ^= multiplied(divisor[i], factor);
    }
    return {rest.begin(), rest.end()};
}

class Bits {
public:
    void add(unsigned value, int count) {
        for (int i = count - 1; i >= 0; --i) {
            if (used_ % 8 == 0) bytes_ += '\0';
            if ((value >> i & 1U) != 0) bytes_.back() = static_cast<char>(bytes_.back() | 128 >> used_ % 8);
            ++used_;
        }
    }
    std::string bytes_;

private:
    int used_ = 0;
};

std::string data_of(std::string_view text, int version) {
    Bits bits;
    bits.add(4, 4);  // bytes
    bits.add(static_cast<unsigned>(text.size()), count_bits(version));
    for (const char byte : text) bits.add(static_cast<unsigned char>(byte), 8);
    const auto wanted = static_cast<std::size_t>(data_codewords(version));
    if (bits.bytes_.size() <= wanted) bits.add(0, 4);
    auto bytes = std::move(bits.bytes_);
    bytes.resize(std::min(bytes.size(), wanted));
    for (unsigned pad = 0xEC; bytes.size() < wanted; pad ^= 0xECU ^ 0x11U) bytes += static_cast<char>(pad);
    return bytes;
}

// Short blocks come first; the long ones have one data codeword more.
std::string interleaved(std::string_view data, int version) {
    const auto& v = versions[static_cast<std::size_t>(version - 1)];
    const auto blocks = static_cast<std::size_t>(v.blocks);
    const auto shorter = data.size() / blocks, longer = data.size() % blocks;
    const auto divisor = generator(v.correction);
    std::vector<std::string> parts, corrections;
    for (std::size_t i = 0, from = 0; i < blocks; ++i) {
        const auto length = shorter + (i >= blocks - longer ? 1 : 0);
        parts.emplace_back(data.substr(from, length));
        corrections.push_back(correction_of(parts.back(), divisor));
        from += length;
    }
    std::string all;
    for (std::size_t i = 0; i <= shorter; ++i)
        for (const auto& part : parts)
            if (i < part.size()) all += part[i];
    for (std::size_t i = 0; i < divisor.size(); ++i)
        for (const auto& correction : corrections) all += correction[i];
    return all;
}

std::optional<int> version_for(std::string_view text) {
    for (int version = 1; version <= static_cast<int>(versions.size()); ++version)
        if (4 + count_bits(version) + 8 * static_cast<int>(text.size()) <= 8 * data_codewords(version))
            return version;
    return std::nullopt;
}

bool is_masked(int mask, int x, int y) {
    switch (mask) {
        case 0:
            return (x + y) % 2 == 0;
        case 1:
            return y % 2 == 0;
        case 2:
            return x % 3 == 0;
        case 3:
            return (x + y) % 3 == 0;
        case 4:
            return (x / 3 + y / 2) % 2 == 0;
        case 5:
            return x * y % 2 + x * y % 3 == 0;
        case 6:
            return (x * y % 2 + x * y % 3) % 2 == 0;
        default:
            return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

// Of one row or column: runs of five and more, and what looks like a finder pattern.
int line_penalty(const std::vector<bool>& line) {
    constexpr std::array<bool, 7> finder = {true, false, true, true, true, false, true};
    int penalty = 0;
    for (std::size_t from = 0; from < line.size();) {
        std::size_t to = from;
        while (to < line.size() && line[to] == line[from]) ++to;
        if (to - from >= 5) penalty += static_cast<int>(to - from) - 2;
        from = to;
    }
    const auto light = [&](std::ptrdiff_t from) {
        for (auto i = from; i < from + 4; ++i)
            if (i >= 0 && i < static_cast<std::ptrdiff_t>(line.size()) && line[static_cast<std::size_t>(i)])
                return false;
        return true;
    };
    for (std::size_t i = 0; i + finder.size() <= line.size(); ++i) {
        if (!std::equal(finder.begin(), finder.end(), line.begin() + static_cast<std::ptrdiff_t>(i)))
            continue;
        const auto from = static_cast<std::ptrdiff_t>(i);
        if (light(from - 4) || light(from + 7)) penalty += 40;
    }
    return penalty;
}

}  // namespace

std::optional<QrCode> QrCode::of(std::string_view text, int mask) {
    const auto version = version_for(text);
    if (!version) return std::nullopt;
    return QrCode(*version, interleaved(data_of(text, *version), *version), mask);
}

std::optional<QrCode> QrCode::of(std::string_view text) {
    std::optional<QrCode> best;
    for (int mask = 0; mask < masks; ++mask) {
        auto code = of(text, mask);
        if (!code) return std::nullopt;
        if (!best || code->penalty() < best->penalty()) best = std::move(code);
    }
    return best;
}

QrCode::QrCode(int version, std::string_view codewords, int mask)
    : size_(17 + 4 * version),
      modules_(static_cast<std::size_t>(size_ * size_)),
      function_(static_cast<std::size_t>(size_ * size_)) {
    draw_function_patterns(version);
    draw_format(mask);
    draw_data(codewords);
    apply(mask);
}

void QrCode::set_function(int x, int y, bool dark) {
    if (x < 0 || y < 0 || x >= size_ || y >= size_) return;
    modules_[at(x, y)] = dark ? 1 : 0;
    function_[at(x, y)] = 1;
}

// With its light border.
void QrCode::draw_finder(int x, int y) {
    for (int dy = -4; dy <= 4; ++dy)
        for (int dx = -4; dx <= 4; ++dx) {
            const int ring = std::max(std::abs(dx), std::abs(dy));
            set_function(x + dx, y + dy, ring != 2 && ring != 4);
        }
}

void QrCode::draw_alignment(int x, int y) {
    for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx)
            set_function(x + dx, y + dy, std::max(std::abs(dx), std::abs(dy)) != 1);
}

void QrCode::draw_function_patterns(int version) {
    for (int i = 0; i < size_; ++i) {
        set_function(6, i, i % 2 == 0);
        set_function(i, 6, i % 2 == 0);
    }
    draw_finder(3, 3);
    draw_finder(size_ - 4, 3);
    draw_finder(3, size_ - 4);
    const auto& centres = alignment_centres[static_cast<std::size_t>(version - 1)];
    const int last = centres[2] != 0 ? centres[2] : centres[1];
    for (const int x : centres)
        for (const int y : centres) {
            const bool on_a_finder = (x == 6 && y == 6) || (x == 6 && y == last) || (x == last && y == 6);
            if (x != 0 && y != 0 && !on_a_finder) draw_alignment(x, y);
        }
    draw_version(version);
}

void QrCode::draw_version(int version) {
    if (version < 7) return;
    auto rest = static_cast<unsigned>(version);
    for (int i = 0; i < 12; ++i) rest = rest << 1U ^ (rest >> 11U) * 0x1F25U;
    const unsigned bits = static_cast<unsigned>(version) << 12U | rest;
    for (int i = 0; i < 18; ++i) {
        const bool dark = (bits >> i & 1U) != 0;
        set_function(size_ - 11 + i % 3, i / 3, dark);
        set_function(i / 3, size_ - 11 + i % 3, dark);
    }
}

void QrCode::draw_format(int mask) {
    const unsigned data = level_bits << 3U | static_cast<unsigned>(mask);
    unsigned rest = data;
    for (int i = 0; i < 10; ++i) rest = rest << 1U ^ (rest >> 9U) * 0x537U;
    const unsigned bits = (data << 10U | rest) ^ 0x5412U;
    const auto bit = [&](int i) { return (bits >> i & 1U) != 0; };
    for (int i = 0; i <= 5; ++i) set_function(8, i, bit(i));
    set_function(8, 7, bit(6));
    set_function(8, 8, bit(7));
    set_function(7, 8, bit(8));
    for (int i = 9; i < 15; ++i) set_function(14 - i, 8, bit(i));
    for (int i = 0; i < 8; ++i) set_function(size_ - 1 - i, 8, bit(i));
    for (int i = 8; i < 15; ++i) set_function(8, size_ - 15 + i, bit(i));
    set_function(8, size_ - 8, true);
}

void QrCode::draw_data(std::string_view codewords) {
    std::size_t next = 0;
    for (int right = size_ - 1; right >= 1; right -= 2) {
        if (right == 6) right = 5;
        for (int step = 0; step < size_; ++step)
            for (int x = right; x > right - 2; --x) {
                const bool upward = ((right + 1) & 2) == 0;
                const int y = upward ? size_ - 1 - step : step;
                if (function_[at(x, y)] != 0 || next >= codewords.size() * 8) continue;
                modules_[at(x, y)] = static_cast<std::uint8_t>(
                    static_cast<unsigned char>(codewords[next / 8]) >> (7 - next % 8) & 1U);
                ++next;
            }
    }
}

void QrCode::apply(int mask) {
    for (int y = 0; y < size_; ++y)
        for (int x = 0; x < size_; ++x)
            if (function_[at(x, y)] == 0 && is_masked(mask, x, y)) modules_[at(x, y)] ^= 1U;
}

int QrCode::penalty() const {
    int penalty = 0, dark_modules = 0;
    for (int i = 0; i < size_; ++i) {
        std::vector<bool> row, column;
        for (int j = 0; j < size_; ++j) {
            row.push_back(dark(j, i));
            column.push_back(dark(i, j));
            dark_modules += dark(j, i) ? 1 : 0;
        }
        penalty += line_penalty(row) + line_penalty(column);
    }
    for (int y = 0; y + 1 < size_; ++y)
        for (int x = 0; x + 1 < size_; ++x) {
            const bool first = dark(x, y);
            if (dark(x + 1, y) == first && dark(x, y + 1) == first && dark(x + 1, y + 1) == first)
                penalty += 3;
        }
    const int total = size_ * size_;
    return penalty + std::abs(dark_modules * 20 - total * 10) / total * 10;
}

std::vector<std::string> QrCode::lines(bool inverted) const {
    const auto drawn = [&](int x, int y) {
        const bool inside = x >= 0 && y >= 0 && x < size_ && y < size_;
        return (inside && dark(x, y)) == inverted;
    };
    std::vector<std::string> lines;
    for (int y = -quiet_zone; y < size_ + quiet_zone; y += 2) {
        std::string line;
        for (int x = -quiet_zone; x < size_ + quiet_zone; ++x) {
            const bool upper = drawn(x, y), lower = y + 1 < size_ + quiet_zone ? drawn(x, y + 1) : false;
            line += upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace openclaw::cli
