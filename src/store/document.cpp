#include "store/document.h"

#include "base/broken_text.h"

namespace openclaw::store {
namespace {

// The same content, for what may not be there at all.
bool same_content(const Result<platform::FileInfo>& left, const Result<platform::FileInfo>& right) {
    if (left && right) return platform::same_content(*left, *right);
    return !left && !right && left.error().code == right.error().code;
}

// How often a change is made again because the file was edited under it.
constexpr int attempts_max = 20;

std::unexpected<Error> damaged(const Path& path, const Document::Options& options, std::string_view reason) {
    return hinted(fail(Code::corrupt, "{} is damaged: {}", path.string(), reason), options.damage_hint);
}

// "20261122T084439Z"
std::string compact_time(TimePoint time) {
    std::string text = iso_time(time).substr(0, 19) + "Z";
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

Result<json::object> parse_document(std::string_view text, const Path& path,
                                    const Document::Options& options) {
    auto value = options.parse ? options.parse(text) : parse_json(text, options.bytes_max);
    if (!value) return damaged(path, options, value.error().message);
    auto* object = value->if_object();
    if (object == nullptr) return damaged(path, options, "it is not a JSON object");
    return std::move(*object);
}

}  // namespace

Document::Document(FileSystem& files, Path path, Options options)
    : files_(files), path_(std::move(path)), options_(std::move(options)) {}

Result<Document::Snapshot> Document::load() {
    const auto found = files_.info(path_);
    if (!found && found.error().code == Code::not_found) return Snapshot{};
    if (!found) return std::unexpected(found.error());
    {
        const std::lock_guard guard(cache_mutex_);
        if (cached_info_ && platform::same_content(*cached_info_, *found)) return cached_.snapshot;
    }
    auto content = read(path_);
    // Remembered only when the file didn't change while it was read.
    const auto after = files_.info(path_);
    if (content && content->snapshot && after && platform::same_content(*found, *after)) {
        const std::lock_guard guard(cache_mutex_);
        cached_info_ = *found;
        cached_ = *content;
    }
    if (!content) return std::unexpected(std::move(content).error());
    return std::move(content->snapshot);
}

std::optional<Document::Snapshot> Document::known() {
    const std::lock_guard guard(cache_mutex_);
    if (!cached_info_) return std::nullopt;
    return cached_.snapshot;
}

Result<Document::Content> Document::read(const Path& target) {
    auto text = platform::read_if_exists(files_, target, options_.bytes_max);
    if (!text) return std::unexpected(std::move(text).error());
    if (!*text) return Content{};
    auto content = parse_document(**text, target, options_);
    if (!content) {
        // One that is written in place just now, or was when the power went, isn't damaged.
        auto whole = read_replaced(files_, target, options_.bytes_max);
        if (!whole || *whole == **text) return std::unexpected(std::move(content).error());
        *text = std::move(*whole);
        content = parse_document(**text, target, options_);
        if (!content) return std::unexpected(std::move(content).error());
    }
    return Content{std::make_shared<const json::object>(std::move(*content)), !with_stand_ins(**text)};
}

// What a change is made to: what was read or written last, as long as the file is the same; else what stands
// in it now. What is broken in it is a stand-in.
Result<Document::Content> Document::as_it_stands(const Path& target, const Result<platform::FileInfo>& seen) {
    {
        const std::lock_guard guard(cache_mutex_);
        const bool same = seen && cached_info_ && platform::same_content(*cached_info_, *seen);
        if (same && cached_.as_written) return cached_;
    }
    auto content = read(target);
    if (!content || content->as_written) return content;
    auto text = files_.read(target, options_.bytes_max);
    if (!text) return std::unexpected(std::move(text).error());
    auto kept = parse_document(with_stand_ins(*text).value_or(*text), target, options_);
    if (!kept) return std::unexpected(std::move(kept).error());
    content->snapshot = std::make_shared<const json::object>(std::move(*kept));
    return content;
}

Result<Document::Opened> Document::open_locked() {
    auto target = real_target(files_, path_);
    if (!target) return std::unexpected(std::move(target).error());
    if (auto made = platform::make_folders(files_, target->parent_path(), options_.folder_mode); !made)
        return std::unexpected(std::move(made).error());
    auto lock = files_.lock(lock_path_of(*target), options_.lock_wait);
    if (!lock) return std::unexpected(naming_mount(std::move(lock).error(), files_, *target));
    if (auto settled = settle_pending(files_, *target); !settled) return std::unexpected(settled.error());
    return Opened{std::move(*target), std::move(*lock)};
}

Result<void> Document::apply(const std::function<Result<void>(json::object&)>& change) {
    auto opened = open_locked();
    if (!opened) return std::unexpected(std::move(opened).error());
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto done = try_apply(opened->target, change);
        if (!done) return std::unexpected(done.error());
        if (*done) return {};
    }
    return hinted(fail(Code::busy, "{} changes all the time; nothing was written", path_.string()),
                  "end what else writes to it, and try again");
}

// False: the file isn't any more what the change was made to.
Result<bool> Document::try_apply(const Path& target,
                                 const std::function<Result<void>(json::object&)>& change) {
    const auto seen = files_.info(target);
    auto before = as_it_stands(target, seen);
    if (!before) return std::unexpected(std::move(before).error());

    json::object content;
    const auto& old = before->snapshot;
    if (old) content = *old;
    if (auto changed = change(content); !changed) return std::unexpected(std::move(changed).error());
    if (old ? content == *old : content.empty()) return true;

    auto text = format_json(content) + "\n";
    if (!before->as_written) text = broken_again(text);
    if (text.size() > options_.bytes_max)
        return fail(Code::too_large, "{} would grow beyond {} bytes", path_.string(), options_.bytes_max);
    remove_strays(files_, target);
    bool overtaken = false;
    const auto last_look = [&]() -> Result<void> {
        overtaken = !same_content(seen, files_.info(target));
        return overtaken ? fail(Code::busy, "{} was changed meanwhile", target.string()) : Result<void>();
    };
    // Before the folder is synced, which takes its time: who reads meanwhile needn't parse it.
    const auto replaced = [&] {
        remember(target,
                 before->as_written ? std::make_shared<const json::object>(std::move(content)) : nullptr);
    };
    auto written = replace_file(files_, target, text, 0600, last_look, replaced);
    if (overtaken) return false;
    if (!written) return std::unexpected(std::move(written).error());
    return true;
}

// Called under the file lock, after our own write. Nothing: it has to be read again.
void Document::remember(const Path& target, Snapshot content) {
    const auto found = files_.info(target);
    const std::lock_guard guard(cache_mutex_);
    cached_info_.reset();
    cached_ = {};
    if (!found || !content) return;
    cached_info_ = *found;
    cached_.snapshot = std::move(content);
}

Result<std::optional<Path>> Document::set_aside(
    TimePoint now, const std::function<json::object(std::string_view)>& rebuild) {
    auto opened = open_locked();
    if (!opened) return std::unexpected(std::move(opened).error());
    constexpr std::size_t damaged_bytes_max = 256u << 20;
    const auto text = platform::read_if_exists(files_, opened->target, damaged_bytes_max);
    if (!text) return std::unexpected(text.error());
    if (!*text || parse_document(**text, opened->target, options_)) return std::nullopt;
    Path aside(fmt::format("{}.damaged-{}", opened->target.string(), compact_time(now)));
    for (int i = 2; platform::exists(files_, aside); ++i)
        aside = fmt::format("{}.damaged-{}-{}", opened->target.string(), compact_time(now), i);
    if (auto copied = replace_file(files_, aside, **text); !copied) return std::unexpected(copied.error());
    remove_strays(files_, opened->target);
    if (auto written = replace_file(files_, opened->target, format_json(rebuild(**text)) + "\n"); !written)
        return std::unexpected(written.error());
    return aside;
}

}  // namespace openclaw::store
