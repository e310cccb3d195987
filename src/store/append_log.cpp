#include "store/append_log.h"

#include "base/text.h"

namespace openclaw::store {

AppendLog::AppendLog(FileSystem& files, Path path, Options options)
    : files_(files), path_(std::move(path)), options_(options) {}

Result<platform::FileInfo> AppendLog::append(const Compose& compose) {
    const auto target = real_target(files_, path_);
    if (!target) return std::unexpected(target.error());
    if (auto made = platform::make_folders(files_, target->parent_path(), 0700); !made)
        return std::unexpected(made.error());
    const auto lock = files_.lock(lock_path_of(*target), options_.lock_wait);
    if (!lock) return std::unexpected(lock.error());

    const auto info = files_.info(*target);
    if (!info && info.error().code != Code::not_found) return std::unexpected(info.error());
    const auto found = info ? std::optional(*info) : std::nullopt;
    const auto block = compose(found);
    if (!block) return std::unexpected(block.error());
    const auto text = text_of(*block, found ? found->size : 0);
    if (!text) return std::unexpected(text.error());
    if (auto written = write_text(*text, !found, *target); !written) {
        // Half a block must not stay. When even this fails, the next append closes the torn line off.
        if (found) [[maybe_unused]]
            const auto taken_back = files_.truncate(*target, found->size);
        else [[maybe_unused]]
            const auto removed = files_.remove(*target);
        return std::unexpected(written.error());
    }
    // Not knowing what it is now is as good as its having changed since.
    return files_.info(*target).value_or(platform::FileInfo{});
}

Result<platform::FileInfo> AppendLog::append(Block block) {
    return append([&](const auto&) -> Result<Block> { return std::move(block); });
}

// What to write: a line break first when the last line is torn.
Result<std::string> AppendLog::text_of(const Block& block, std::uint64_t size) const {
    std::string text;
    if (size > 0) {
        const auto last = files_.read_range(path_, size - 1, 1);
        if (!last) return std::unexpected(last.error());
        if (*last != "\n") text = "\n";
    }
    const auto add = [&](const std::vector<std::string>& lines) -> Result<void> {
        for (const auto& line : lines) {
            if (line.find('\n') != line.npos) return fail(Code::internal, "a line with a line break in it");
            if (line.size() > options_.line_bytes_max)
                return fail(Code::too_large, "a line of {} bytes is too long for {}", line.size(),
                            path_.string());
            text += line;
            text += '\n';
        }
        return {};
    };
    if (size == 0)
        if (auto added = add(block.if_new); !added) return std::unexpected(added.error());
    if (auto added = add(block.lines); !added) return std::unexpected(added.error());
    if (size + text.size() > options_.bytes_max)
        return fail(Code::too_large, "{} would grow beyond {} bytes", path_.string(), options_.bytes_max);
    return text;
}

Result<void> AppendLog::write_text(const std::string& text, bool created, const Path& target) {
    auto file = files_.append(target, 0600);
    if (!file) return std::unexpected(std::move(file).error());
    if (auto written = (*file)->write(text); !written) return written;
    if (auto synced = (*file)->sync(); !synced) return synced;
    if (auto closed = (*file)->close(); !closed) return closed;
    if (created) return files_.sync_folder(target.parent_path());
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

}  // namespace openclaw::store
