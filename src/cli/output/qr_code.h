#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::cli {

// A QR code (ISO/IEC 18004, model 2): bytes, error correction level L, the smallest of the versions 1 to 10
// that holds the text, and the mask with the least penalty.
class QrCode {
public:
    static constexpr std::size_t bytes_max = 271;
    // Nothing: the text is too long.
    static std::optional<QrCode> of(std::string_view text);
    // With a mask of one's own choosing, 0 to 7.
    static std::optional<QrCode> of(std::string_view text, int mask);

    int size() const { return size_; }  // modules a side, without the quiet zone
    bool dark(int x, int y) const { return modules_[static_cast<std::size_t>(y * size_ + x)] != 0; }

    // For a terminal, two rows of modules a line, with the quiet zone of four modules: light modules are
    // drawn, so that it reads on a dark background; with `inverted` dark ones are, for a light background.
    std::vector<std::string> lines(bool inverted = false) const;

private:
    QrCode(int version, std::string_view codewords, int mask);
    void draw_function_patterns(int version);
    void draw_finder(int x, int y);
    void draw_alignment(int x, int y);
    void draw_version(int version);
    void draw_format(int mask);
    void draw_data(std::string_view codewords);
    void apply(int mask);
    int penalty() const;
    void set_function(int x, int y, bool dark);
    std::size_t at(int x, int y) const { return static_cast<std::size_t>(y * size_ + x); }

    int size_;
    std::vector<std::uint8_t> modules_, function_;
};

}  // namespace openclaw::cli
