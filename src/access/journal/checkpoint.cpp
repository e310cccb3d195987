#include "access/journal/checkpoint.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "store/append_log.h"
#include "store/replace_file.h"

namespace openclaw::access {

namespace {

constexpr std::string_view signature_member = R"(,"signature":")";
constexpr std::size_t line_bytes_max = 4096;

std::optional<Checkpoint> checkpoint_of(std::string_view line, const ChainKey& key) {
    const auto end = line.rfind(signature_member);
    if (end == line.npos || line.size() > line_bytes_max) return std::nullopt;
    const auto value = parse_json(line);
    const auto* object = value ? as_object(&*value) : nullptr;
    if (!object || !key.has_signed(line.substr(0, end), string_at(*object, "signature").value_or("")))
        return std::nullopt;
    const auto number = integer_at(*object, "n"), at = integer_at(*object, "at");
    const auto head = tag_of_hex(string_at(*object, "head").value_or(""));
    if (!number || *number < 1 || !at || !head) return std::nullopt;
    return Checkpoint{static_cast<std::uint64_t>(*number), *head, from_ms(*at),
                      std::string(string_at(*object, "file").value_or(""))};
}

Result<void> halve(platform::FileSystem& files, const platform::Path& path) {
    const auto text = files.read(path, 2 * checkpoint_file_bytes_max);
    if (!text) return std::unexpected(text.error());
    const auto middle = text->find('\n', text->size() / 2);
    return store::replace_file(files, path,
                               middle == text->npos ? "" : std::string_view(*text).substr(middle + 1));
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint, const ChainKey& key) {
    auto text = json::serialize(json::object{{"n", checkpoint.number},
                                             {"at", to_ms(checkpoint.at)},
                                             {"time", iso_time(checkpoint.at)},
                                             {"file", checkpoint.file},
                                             {"head", hex_of(checkpoint.head)},
                                             {"key", key.id()},
                                             {"publicKey", key.public_key()}});
    text.pop_back();
    return fmt::format("{}{}{}\"}}", text, signature_member, key.sign(text));
}

Checkpoints read_checkpoints(std::string_view text, const ChainKey& key) {
    Checkpoints found;
    for (const auto line : split(text, '\n')) {
        if (trimmed(line).empty()) continue;
        auto checkpoint = checkpoint_of(line, key);
        if (checkpoint)
            found.sound.push_back(std::move(*checkpoint));
        else
            ++found.unsound;
    }
    return found;
}

std::optional<Checkpoint> last_checkpoint(std::string_view text, const ChainKey& key) {
    while (!text.empty()) {
        const auto start = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
        if (auto checkpoint = checkpoint_of(text.substr(start), key)) return checkpoint;
        text = text.substr(0, start == 0 ? 0 : start - 1);
    }
    return std::nullopt;
}

const Checkpoint* Checkpoints::last() const {
    const auto found = std::ranges::max_element(sound, {}, &Checkpoint::number);
    return found == sound.end() ? nullptr : &*found;
}

Result<void> add_checkpoint(platform::FileSystem& files, const platform::Path& path,
                            const Checkpoint& checkpoint, const ChainKey& key) {
    const auto info = files.info(path);
    if (info && info->size > checkpoint_file_bytes_max)
        if (auto halved = halve(files, path); !halved) return halved;
    const auto added =
        store::AppendLog(files, path)
            .append(store::AppendLog::Block{.lines = {format_checkpoint(checkpoint, key)}, .if_new = {}});
    if (!added) return failed(added.error(), "writing a checkpoint of the audit log");
    return {};
}

}  // namespace openclaw::access
