#include "access/journal/writer.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::string_view name_front = "audit-", name_end = ".jsonl";
constexpr std::size_t digits_min = 6;
constexpr std::size_t tail_bytes = 64u << 10;  // more than a line may have
constexpr Milliseconds lock_wait = std::chrono::seconds(2);

std::optional<std::uint64_t> number_of(std::string_view name) {
    if (!name.starts_with(name_front) || !name.ends_with(name_end)) return std::nullopt;
    name.remove_prefix(name_front.size());
    name.remove_suffix(name_end.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || name.size() < digits_min || number == 0)
        return std::nullopt;
    return number;
}

// The first line of a file, which says what it follows.
std::optional<Entry> opening_of(platform::FileSystem& files, const platform::Path& path) {
    const auto text = files.read_range(path, 0, 4096);
    if (!text) return std::nullopt;
    auto entry = parse_entry(std::string_view(*text).substr(0, text->find('\n')));
    return entry && entry->event == "begins" ? std::optional(std::move(*entry)) : std::nullopt;
}

}  // namespace

JournalPlace JournalPlace::from(const config::Config& config) {
    const auto& paths = config.paths();
    JournalPlace place{.folder = paths.state / "logs" / "audit",
                       .key = paths.credentials_folder() / "audit-key",
                       .checkpoints = paths.credentials_folder() / "audit-checkpoints.jsonl"};
    if (const auto file = config.text("gateway.audit.checkpointFile"); file && !trimmed(*file).empty())
        place.checkpoints = file->starts_with("~/") ? paths.home / file->substr(2) : platform::Path(*file);
    place.enabled = config.flag_or_default("gateway.audit.enabled");
    place.retention = std::chrono::days(config.integer_or_default("gateway.audit.retentionDays"));
    place.bytes_max = static_cast<std::uint64_t>(config.integer_or_default("gateway.audit.maxBytes"));
    place.file_bytes_max =
        std::min(place.file_bytes_max, std::max<std::uint64_t>(place.bytes_max / 8, 64u << 10));
    place.window = std::chrono::seconds(config.integer_or_default("gateway.audit.windowSeconds"));
    return place;
}

std::string journal_file_name(std::uint64_t number) {
    return fmt::format("{}{:06}{}", name_front, number, name_end);
}

Result<std::vector<JournalFile>> journal_files(platform::FileSystem& files, const platform::Path& folder) {
    const auto names = files.list(folder);
    if (!names && names.error().code == Code::not_found) return std::vector<JournalFile>();
    if (!names) return failed(names.error(), "looking for the audit log");
    std::vector<JournalFile> found;
    for (const auto& name : *names)
        if (const auto number = number_of(name)) found.push_back({*number, folder / name});
    std::ranges::sort(found, {}, &JournalFile::number);
    return found;
}

// Lines that are to be written to one file, and where the chain is behind them.
class JournalWriter::Block {
public:
    Block(const ChainKey& key, Head& head) : key_(key), head_(head) {}
    void add(Entry entry) {
        entry.number = ++head_.number;
        const auto body = body_of(entry);
        head_.tag = key_.tag(head_.tag, body);
        text_ += chained(body, head_.tag);
        text_ += '\n';
    }
    const std::string& text() const { return text_; }

private:
    const ChainKey& key_;
    Head& head_;
    std::string text_;
};

Result<void> JournalWriter::find_key() {
    const auto info = files_.info(place_.key);
    if (key_ && info && key_info_ && platform::same_content(*info, *key_info_)) return {};
    auto key = ChainKey::ensure(files_, place_.key);
    if (!key) return std::unexpected(key.error());
    key_ = std::move(*key);
    const auto found = files_.info(place_.key);
    key_info_ = found ? std::optional(*found) : std::nullopt;
    return {};
}

// What the last file ends with. A last line without an end is taken away: it was never said to be written.
Result<JournalWriter::Head> JournalWriter::head_on_disk() {
    const auto found = journal_files(files_, place_.folder);
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return Head{};
    const auto& last = found->back();
    auto info = files_.info(last.path);
    if (!info) return std::unexpected(info.error());
    const auto offset = info->size > tail_bytes ? info->size - tail_bytes : 0;
    const auto text = files_.read_range(last.path, offset, tail_bytes);
    if (!text) return std::unexpected(text.error());
    const auto whole = text->rfind('\n') == text->npos ? 0 : text->rfind('\n') + 1;
    if (whole < text->size()) {
        if (auto cut = files_.truncate(last.path, offset + whole); !cut) return std::unexpected(cut.error());
        mended_.push_back(
            {.event = "mended",
             .reason = fmt::format("{} bytes of a line that was never whole", text->size() - whole),
             .file = last.path.filename().string()});
        info = files_.info(last.path);
        if (!info) return std::unexpected(info.error());
    }
    Head head;
    head.file = last.number;
    const auto lines = std::string_view(*text).substr(0, whole);
    const auto line = lines.substr(0, lines.size() - (lines.empty() ? 0 : 1));
    const auto entry = parse_entry(line.substr(line.rfind('\n') + 1));
    const auto parts = split_chained(line.substr(line.rfind('\n') + 1));
    const auto opening = opening_of(files_, last.path);
    if (!entry || !parts || !opening) return head;  // not ours to go on from
    head.number = entry->number;
    head.tag = parts->tag;
    head.file_began = opening->at;
    head.key = opening->key;
    head.info = *info;
    return head;
}

// The furthest that is known of: what stands there, what this process wrote, what the last checkpoint says.
Result<JournalWriter::Head> JournalWriter::find_head() {
    if (head_ && head_->info) {
        const auto info = files_.info(place_.folder / journal_file_name(head_->file));
        const auto next = files_.info(place_.folder / journal_file_name(head_->file + 1));
        if (info && platform::same_content(*info, *head_->info) && !next) return *head_;
    }
    auto head = head_on_disk();
    if (!head) return head;
    const auto go_on_from = [&](std::uint64_t number, const Tag& tag) {
        if (number <= head->number) return;
        head->number = number;
        head->tag = tag;
        head->info.reset();
    };
    if (head_) go_on_from(head_->number, head_->tag);
    const auto kept = files_.info(place_.checkpoints);
    if (!kept) return head;
    const auto text = files_.read_range(place_.checkpoints,
                                        kept->size > tail_bytes ? kept->size - tail_bytes : 0, tail_bytes);
    if (!text) return head;
    if (const auto last = last_checkpoint(*text, *key_)) go_on_from(last->number, last->head);
    return head;
}

bool JournalWriter::wants_new_file(const Head& head, TimePoint now) const {
    return !head.info || head.key != key_->id() || head.info->size >= place_.file_bytes_max ||
           now - head.file_began >= place_.file_age_max;
}

void JournalWriter::begin_file(Block& block, Head& head, TimePoint now) {
    ++head.file;
    head.file_began = now;
    head.key = key_->id();
    head.info.reset();
    block.add({.at = now,
               .event = "begins",
               .file = journal_file_name(head.file),
               .key = key_->id(),
               .previous = hex_of(head.tag)});
}

// All of a file is older than what the next one begins with.
std::vector<platform::Path> JournalWriter::let_go_of_old(Block& block, const Head& head, std::uint64_t before,
                                                         TimePoint now) {
    std::vector<platform::Path> old;
    const auto found = journal_files(files_, place_.folder);
    if (cleaned_ == head.file || !found) return old;
    std::uint64_t bytes = 0;
    for (const auto& file : *found)
        if (const auto info = files_.info(file.path)) bytes += info->size;
    for (std::size_t at = 0; at < found->size() && (*found)[at].number < head.file; ++at) {
        const auto& file = (*found)[at];
        // Behind the last one stands the file that begins now.
        Entry begins_now;
        begins_now.number = before + 1;
        begins_now.at = now;
        const auto next = at + 1 < found->size() ? opening_of(files_, (*found)[at + 1].path)
                                                 : std::optional(std::move(begins_now));
        if (!next || (now - next->at < place_.retention && bytes <= place_.bytes_max)) break;
        block.add(
            {.at = now,
             .event = "removed",
             .reason = bytes > place_.bytes_max ? "the log may be no larger" : "older than what is kept",
             .file = file.path.filename().string(),
             .through = next->number - 1});
        const auto info = files_.info(file.path);
        if (info) bytes -= std::min(bytes, info->size);
        old.push_back(file.path);
    }
    return old;
}

Result<void> JournalWriter::write(const Block& block, Head& head) {
    const auto path = place_.folder / journal_file_name(head.file);
    const auto before = files_.info(path);
    auto file = files_.append(path, 0600);
    if (!file) return std::unexpected(std::move(file).error());
    auto written = (*file)->write(block.text());
    if (written) written = (*file)->sync();
    if (written) written = (*file)->close();
    if (written && !before) written = files_.sync_folder(place_.folder);
    if (!written) {
        file->reset();
        // Half a block must not stay; where it does, the next one mends it.
        if (before) [[maybe_unused]]
            const auto taken_back = files_.truncate(path, before->size);
        else [[maybe_unused]]
            const auto removed = files_.remove(path);
        return written;
    }
    const auto info = files_.info(path);
    head.info = info ? std::optional(*info) : std::nullopt;
    return {};
}

Result<JournalWriter::Written> JournalWriter::append(std::vector<Entry> entries, TimePoint now) {
    if (auto made = platform::make_folders(files_, place_.folder, 0700); !made)
        return failed(made.error(), "writing the audit log");
    const auto lock = files_.lock(place_.lock(), lock_wait);
    if (!lock) return failed(lock.error(), "writing the audit log");
    if (auto key = find_key(); !key) return std::unexpected(key.error());
    auto head = find_head();
    if (!head) return failed(head.error(), "writing the audit log");
    const auto before = head->number;
    Block block(*key_, *head);
    if (wants_new_file(*head, now)) begin_file(block, *head, now);
    for (auto entry : mended_) {
        entry.at = now;
        block.add(std::move(entry));
    }
    const auto old = let_go_of_old(block, *head, before, now);
    for (auto& entry : entries) block.add(std::move(entry));
    if (auto written = write(block, *head); !written) return failed(written.error(), "writing the audit log");
    mended_.clear();
    cleaned_ = head->file;
    head_ = *head;
    for (const auto& path : old) [[maybe_unused]]
        const auto removed = files_.remove(path);  // what stays is removed with the next file
    Written result{.number = head->number};
    const Checkpoint checkpoint{head->number, head->tag, now, journal_file_name(head->file)};
    if (auto added = add_checkpoint(files_, place_.checkpoints, checkpoint, *key_); !added)
        result.checkpoint_problem = added.error();
    return result;
}

}  // namespace openclaw::access
