#include "access/journal/verify.h"

#include <algorithm>
#include <map>

#include "base/duration.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

class Examination {
public:
    Examination(const ChainKey& key, Checkpoints checkpoints)
        : key_(key), checkpoints_(std::move(checkpoints)) {
        for (const auto& each : checkpoints_.sound) expected_.emplace(each.number, each.head);
    }

    // `text` of a file, whole.
    void read(const JournalFile& file, std::string_view text) {
        name_ = file.path.filename().string();
        line_ = 0;
        if (last_file_ && file.number != *last_file_ + 1)
            fault(0, fmt::format("{} missing before it",
                                 file.number == *last_file_ + 2
                                     ? fmt::format("{} is", journal_file_name(file.number - 1))
                                     : fmt::format("{} to {} are", journal_file_name(*last_file_ + 1),
                                                   journal_file_name(file.number - 1))));
        last_file_ = file.number;
        ++proof_.files;
        while (!text.empty()) {
            ++line_;
            const auto end = text.find('\n');
            if (end == text.npos) return torn(text.size());
            examine(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
        if (line_ == 0) fault(0, "is empty");
    }

    void cannot_read(const JournalFile& file, const Error& error) {
        name_ = file.path.filename().string();
        line_ = 0;
        last_file_ = file.number;
        fault(0, "can't be read: " + error.message);
    }

    JournalProof finish() {
        look_at_beginning();
        look_at_end();
        return std::move(proof_);
    }

private:
    void fault(std::uint64_t number, std::string what) {
        if (proof_.faults.size() >= JournalProof::faults_max)
            ++proof_.faults_left_out;
        else
            proof_.faults.push_back({name_, line_, number, std::move(what)});
    }

    // The gateway may be writing it at this moment.
    void torn(std::size_t bytes) {
        proof_.remarks.push_back(
            fmt::format("{} ends within a line ({} bytes): it was being written, or a crash left it, and is "
                        "mended at the next start",
                        name_, bytes));
    }

    void examine(std::string_view line) {
        const auto entry = parse_entry(line);
        const auto parts = split_chained(line);
        if (!entry || !parts) return fault(expected_number(), "is no line of the log");
        const bool opens = line_ == 1;
        if (opens && !opening_fits(*entry)) return go_on_from(*entry, parts->tag);
        if (foreign_) return go_on_from(*entry, parts->tag);
        if (number_ && !opens && entry->number != *number_ + 1)
            out_of_turn(*entry, *number_ + 1);
        else if (!previous_ || key_.tag(*previous_, parts->text) != parts->tag)
            fault(entry->number, "is not what was written");
        else if (!agrees_with_checkpoints(entry->number, parts->tag))
            fault(entry->number, "is another line than the one that a checkpoint has signed");
        if (entry->event == "removed" && entry->through)
            removed_through_ = std::max(removed_through_, *entry->through);
        look_at_clock(*entry);
        go_on_from(*entry, parts->tag);
    }

    bool agrees_with_checkpoints(std::uint64_t number, const Tag& tag) const {
        const auto [from, to] = expected_.equal_range(number);
        return std::all_of(from, to, [&](const auto& each) { return each.second == tag; });
    }

    // What the first line of a file says of itself and of the file before. False: nothing more can be told.
    bool opening_fits(const Entry& entry) {
        foreign_ = entry.event == "begins" && entry.key != key_.id();
        if (entry.event != "begins") {
            fault(entry.number, "is no beginning of a file");
            return previous_.has_value();
        }
        if (foreign_) {
            fault(entry.number,
                  fmt::format("says that this file is chained with another key ({}), which isn't "
                              "here: nothing proves what stands in it",
                              shortened(printable(entry.key), 40)));
            return false;
        }
        if (entry.file != name_)
            fault(entry.number,
                  fmt::format("says that its file is {}", shortened(printable(entry.file), 80)));
        const auto before = tag_of_hex(entry.previous);
        if (number_ && entry.number != *number_ + 1)
            out_of_turn(entry, *number_ + 1);
        else if (previous_ && before != previous_)
            fault(entry.number, "follows another line than the last one of the file before");
        previous_ = before;
        return true;
    }

    void out_of_turn(const Entry& entry, std::uint64_t expected) {
        if (entry.number < expected)
            return fault(entry.number,
                         fmt::format("stands here again, or out of its turn: line {} was to come", expected));
        fault(entry.number, expected + 1 == entry.number
                                ? fmt::format("comes where line {} was to come, which is missing", expected)
                                : fmt::format("comes where lines {} to {} were to come, which are missing",
                                              expected, entry.number - 1));
    }

    void look_at_clock(const Entry& entry) {
        constexpr Milliseconds tolerated =
            std::chrono::minutes(2);  // lines of one moment are written by turns
        if (proof_.last && entry.at + tolerated < proof_.last->at)
            proof_.remarks.push_back(fmt::format("the clock was set back by {} before line {}",
                                                 format_span(proof_.last->at - entry.at), entry.number));
    }

    void go_on_from(const Entry& entry, const Tag& tag) {
        ++proof_.lines;
        if (!proof_.first) proof_.first = entry;
        proof_.last = entry;
        number_ = entry.number;
        previous_ = tag;
    }

    std::uint64_t expected_number() const { return number_ ? *number_ + 1 : 0; }

    void look_at_beginning() {
        if (!proof_.first || proof_.first->number == 1) return;
        const auto at_first = [](const JournalFault& fault) { return fault.line <= 1; };
        if (!proof_.faults.empty() && at_first(proof_.faults.front()))
            return;  // it is no beginning that counts
        const auto before = proof_.first->number - 1;
        if (removed_through_ == before) {
            proof_.remarks.push_back(fmt::format("lines 1 to {} were let go, as the settings say", before));
            return;
        }
        proof_.faults.insert(
            proof_.faults.begin(),
            {proof_.first->file, 0, proof_.first->number,
             fmt::format("lines 1 to {} are missing, and no line says that they were let go", before)});
    }

    void look_at_end() {
        const auto* last = checkpoints_.last();
        if (checkpoints_.unsound > 0)
            proof_.beyond.push_back(fmt::format(
                "{} signed with this key, and {} for nothing",
                checkpoints_.unsound == 1 ? "1 checkpoint isn't"
                                          : fmt::format("{} checkpoints aren't", checkpoints_.unsound),
                checkpoints_.unsound == 1 ? "counts" : "count"));
        if (!last) {
            proof_.beyond.emplace_back(
                "there is no checkpoint: nothing shows whether lines were cut off at the end");
            return;
        }
        proof_.checkpoint = *last;
        const auto reached = proof_.last ? proof_.last->number : 0;
        if (reached < last->number) {
            line_ = 0;
            if (name_.empty()) name_ = last->file;
            return fault(reached,
                         fmt::format("{} missing at the end: the checkpoint of {} knows of {}",
                                     reached + 1 == last->number
                                         ? fmt::format("line {} is", last->number)
                                         : fmt::format("lines {} to {} are", reached + 1, last->number),
                                     iso_time(last->at), reached + 1 == last->number ? "it" : "them"));
        }
        proof_.beyond.push_back(
            reached == last->number
                ? "what was taken away together with its checkpoints can only be seen by a checkpoint that "
                  "is kept "
                  "elsewhere"
                : fmt::format(
                      "nothing shows whether lines behind line {} were cut off: the last checkpoint knows of "
                      "no more than line {}",
                      reached, last->number));
    }

    const ChainKey& key_;
    const Checkpoints checkpoints_;
    std::multimap<std::uint64_t, Tag> expected_;  // what checkpoints have signed, by line
    JournalProof proof_;
    std::string name_;        // of the file that is read
    std::uint64_t line_ = 0;  // in it
    std::optional<std::uint64_t> last_file_, number_;
    std::optional<Tag> previous_;
    std::uint64_t removed_through_ = 0;
    bool foreign_ = false;  // chained with another key
};

Result<std::string> checkpoint_text(platform::FileSystem& files, const JournalPlace& place,
                                    const std::optional<std::string>& kept_elsewhere) {
    auto text = platform::read_if_exists(files, place.checkpoints, 4 * checkpoint_file_bytes_max);
    if (!text) return failed(text.error(), "reading the checkpoints of the audit log");
    return text->value_or("") + "\n" + kept_elsewhere.value_or("");
}

}  // namespace

Result<JournalProof> verify_journal(platform::FileSystem& files, const JournalPlace& place,
                                    const std::optional<std::string>& kept_elsewhere) {
    const auto found = journal_files(files, place.folder);
    if (!found) return std::unexpected(found.error());
    const auto text = checkpoint_text(files, place, kept_elsewhere);
    if (!text) return std::unexpected(text.error());
    if (found->empty() && trimmed(*text).empty())
        return hinted(fail(Code::not_found, "there is no audit log in {}", place.folder.string()),
                      "a gateway writes one while `gateway.audit.enabled` is true: start it with `openclaw "
                      "gateway run`");
    const auto key = ChainKey::load(files, place.key);
    if (!key && key.error().code == Code::not_found)
        return hinted(fail(Code::denied, "the audit log's key {} is gone: nothing proves what the log says",
                           place.key.string()),
                      "put it back from a backup");
    if (!key) return std::unexpected(key.error());
    Examination examination(*key, read_checkpoints(*text, *key));
    for (const auto& file : *found) {
        constexpr std::size_t file_bytes_max = 64u << 20;
        const auto lines = files.read(file.path, file_bytes_max);
        if (lines)
            examination.read(file, *lines);
        else
            examination.cannot_read(file, lines.error());
    }
    return examination.finish();
}

}  // namespace openclaw::access
