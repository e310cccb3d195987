#include "store/sqlite_wal.h"

#include <bit>

namespace openclaw::store {
namespace {

constexpr std::size_t header_bytes = 32, frame_header_bytes = 24;
constexpr std::uint64_t log_bytes_max = 1ull << 30;
constexpr std::uint32_t magic = 0x377f0682;  // its last bit: checksums are of big-endian words

std::uint32_t word_at(std::string_view bytes, std::size_t at, bool big) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
        value |= byte << (big ? 24 - 8 * i : 8 * i);
    }
    return value;
}
std::uint32_t word_at(std::string_view bytes, std::size_t at) {
    return word_at(bytes, at, true);
}

struct Checksum {
    std::uint32_t first = 0, second = 0;
    bool big = false;

    void add(std::string_view bytes) {
        for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
            first += word_at(bytes, i, big) + second;
            second += word_at(bytes, i + 4, big) + first;
        }
    }
    bool fits(std::string_view bytes, std::size_t at) const {
        return first == word_at(bytes, at) && second == word_at(bytes, at + 4);
    }
};

bool is_page_size(std::uint32_t size) {
    return size >= 512 && size <= 65536 && std::has_single_bit(size);
}

}  // namespace

Result<WalPages> read_wal(platform::FileSystem& files, const platform::Path& log) {
    WalPages found;
    const auto info = files.info(log);
    if (!info && info.error().code == Code::not_found) return found;
    if (!info) return std::unexpected(info.error());
    if (info->size > log_bytes_max) return fail(Code::too_large, "{} is too large", log.string());
    const auto header = files.read_range(log, 0, header_bytes);
    if (!header) return std::unexpected(header.error());
    if (header->size() < header_bytes || (word_at(*header, 0) & ~1u) != magic) return found;
    Checksum sum{.first = 0, .second = 0, .big = (word_at(*header, 0) & 1u) != 0};
    sum.add(std::string_view(*header).substr(0, 24));
    const auto page_size = word_at(*header, 8);
    if (!sum.fits(*header, 24) || !is_page_size(page_size)) return found;

    std::map<std::uint32_t, std::uint64_t> since_commit;
    const std::size_t frame_bytes = frame_header_bytes + page_size;
    for (std::uint64_t at = header_bytes; at + frame_bytes <= info->size; at += frame_bytes) {
        const auto frame = files.read_range(log, at, frame_bytes);
        if (!frame) return std::unexpected(frame.error());
        if (frame->size() < frame_bytes || frame->substr(8, 8) != header->substr(16, 8)) break;
        sum.add(std::string_view(*frame).substr(0, 8));
        sum.add(std::string_view(*frame).substr(frame_header_bytes));
        const auto page = word_at(*frame, 0);
        if (!sum.fits(*frame, 16) || page == 0) break;
        since_commit[page] = at + frame_header_bytes;
        const auto pages = word_at(*frame, 4);
        if (pages == 0) continue;
        for (const auto& [number, offset] : since_commit) found.offsets[number] = offset;
        since_commit.clear();
        found.page_size = page_size;
        found.pages = pages;
    }
    return found;
}

}  // namespace openclaw::store
