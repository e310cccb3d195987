#include "store/append_log.h"

#include "base/text.h"

namespace openclaw::store {

AppendLog::AppendLog(FileSystem& files, Path path, Options options)
    : files_(files), path_(std::move(path)), options_(options) {}

Result<void> AppendLog::append(std::span<const std::string> lines, std::span<const std::string> if_new) {
    if (lines.empty() && if_new.empty()) return {};
    const auto target = real_target(files_, path_);
    if (!target) return std::unexpected(target.error());
    if (auto made = platform::make_folders(files_, target->parent_path(), 0700); !made) return made;
    const auto lock = files_.lock(lock_path_of(*target), options_.lock_wait);
    if (!lock) return std::unexpected(lock.error());

    const auto found = files_.info(*target);
    if (!found && found.error().code != Code::not_found) return std::unexpected(found.error());
    const auto size = found ? found->size : 0;
    const auto block = block_for(lines, if_new, size);
    if (!block) return std::unexpected(block.error());
    auto written = write_block(*block, !found, *target);
    if (written) return {};
    // Half a block must not stay. When even this fails, the next append closes the torn line off.
    if (found) [[maybe_unused]]
        const auto taken_back = files_.truncate(*target, size);
    else [[maybe_unused]]
        const auto removed = files_.remove(*target);
    return written;
}

// What to write: a line break first when the last line is torn.
Result<std::string> AppendLog::block_for(std::span<const std::string> lines,
                                         std::span<const std::string> if_new, std::uint64_t size) const {
    std::string block;
    if (size > 0) {
        const auto last = files_.read_range(path_, size - 1, 1);
        if (!last) return std::unexpected(last.error());
        if (*last != "\n") block = "\n";
    }
    const auto add = [&](std::span<const std::string> added) -> Result<void> {
        for (const auto& line : added) {
            if (line.find('\n') != line.npos) return fail(Code::internal, "a line with a line break in it");
            if (line.size() > options_.line_bytes_max)
                return fail(Code::too_large, "a line of {} bytes is too long for {}", line.size(),
                            path_.string());
            block += line;
            block += '\n';
        }
        return {};
    };
    if (size == 0)
        if (auto added = add(if_new); !added) return std::unexpected(added.error());
    if (auto added = add(lines); !added) return std::unexpected(added.error());
    if (size + block.size() > options_.bytes_max)
        return fail(Code::too_large, "{} would grow beyond {} bytes", path_.string(), options_.bytes_max);
    return block;
}

Result<void> AppendLog::write_block(const std::string& block, bool created, const Path& target) {
    auto file = files_.append(target, 0600);
    if (!file) return std::unexpected(std::move(file).error());
    if (auto written = (*file)->write(block); !written) return written;
    if (options_.durability == Durability::synced)
        if (auto synced = (*file)->sync(); !synced) return synced;
    if (auto closed = (*file)->close(); !closed) return closed;
    if (created && options_.durability == Durability::synced) return files_.sync_folder(target.parent_path());
    return {};
}

Result<AppendLog::Tail> AppendLog::read_tail(std::size_t bytes_max) const {
    const auto found = files_.info(path_);
    if (!found && found.error().code == Code::not_found) return Tail{};
    if (!found) return std::unexpected(found.error());
    const auto offset = found->size > bytes_max ? found->size - bytes_max : 0;
    auto text = files_.read_range(path_, offset, bytes_max);
    if (!text) return std::unexpected(std::move(text).error());

    Tail tail{.lines = {}, .from_start = offset == 0, .torn = !text->empty() && text->back() != '\n'};
    std::string_view rest = *text;
    if (offset > 0) rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));  // none: nothing whole
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (end == rest.npos) break;
        if (end > 0) tail.lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return tail;
}

Result<std::optional<std::string>> AppendLog::read_first(std::size_t bytes_max) const {
    auto text = files_.read_range(path_, 0, bytes_max);
    if (!text && text.error().code == Code::not_found) return std::nullopt;
    if (!text) return std::unexpected(std::move(text).error());
    const auto end = text->find('\n');
    if (end == text->npos) return std::nullopt;
    return text->substr(0, end);
}

}  // namespace openclaw::store
