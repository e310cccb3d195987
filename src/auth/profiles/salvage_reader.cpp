#include "auth/profiles/salvage_reader.h"

#include <algorithm>
#include <array>

#include "auth/profiles/record_names.h"
#include "base/json_scan.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t depth_max = 60;  // of a member's value; a whole document may be 64 deep

bool is_known_part(std::string_view name) {
    constexpr std::array<std::string_view, 5> known = {"profiles", "order", "lastGood", "usageStats",
                                                       "imports"};
    return std::ranges::find(known, name) != known.end();
}

// The end of the value that begins here, judged by brackets and quotes alone.
std::optional<std::size_t> value_end(std::string_view text, std::size_t at) {
    std::size_t open = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            const auto end = StoreReader::string_end(text, at);
            if (!end) return std::nullopt;
            at = *end;
            if (open == 0) return at;
            continue;
        }
        const bool closes = c == '}' || c == ']';
        if (open == 0 && (closes || c == ',')) return at;  // after a number or a word
        if (c == '{' || c == '[') ++open;
        ++at;
        if (closes && --open == 0) return at;
    }
    return std::nullopt;
}

// Before a record in the layout that every writer of the file uses. Before no member of a record.
constexpr std::string_view record_indent = "\n    ";

// Text that a person laid out in another way is judged by its brackets alone.
bool is_in_our_layout(std::string_view text) {
    return text.contains("\n  \"") && text.contains(std::string(record_indent) + '"');
}

// Whether a record ends where its layout says. One that a bracket too many has cut lacks its last members,
// and one whose bracket is gone swallows its neighbours.
bool ends_in_place(std::string_view record) {
    return !record.contains('\n') || record.ends_with(std::string(record_indent) + '}');
}

}  // namespace

bool looks_like_credential(const json::value& value) {
    const auto* record = value.if_object();
    const auto type = record ? type_of(*record) : std::string_view();
    return (type == "api_key" || type == "token" || type == "oauth") && string_at(*record, "provider");
}

std::optional<std::size_t> StoreReader::string_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '"') return std::nullopt;
    const auto end = json_string_end(text, at);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (!end || std::ranges::any_of(text.substr(at, *end - at), is_control)) return std::nullopt;
    return end;
}

StoreReader::StoreReader(std::string_view text)
    : text_(text), is_laid_out_(is_in_our_layout(text)), work_max_((32 * text.size()) + (1u << 20)) {}

Stretch StoreReader::from_start() {
    Stretch stretch;
    const auto at = json_space_end(text_, 0);
    if (at == text_.size() || text_[at] != '{') return stretch;
    const auto first = json_space_end(text_, at + 1);
    stretch.stopped_at = first;
    run(stretch, first);
    return stretch;
}

// Whether what stands behind a closing bracket can follow a member; else the bracket is none of its.
bool StoreReader::may_end_here(std::size_t behind) const {
    const auto next = json_space_end(text_, behind);
    return next == text_.size() || text_[next] == ',' || text_[next] == '}';
}

// Reads the member here into the stretch; the end of it, or nothing when it is damaged. Into `profiles` it
// goes without reading it whole.
std::optional<std::size_t> StoreReader::read_member(Stretch& stretch, std::size_t at) {
    const auto begin = at;
    const auto key_end = string_end(text_, at);
    if (!key_end) return std::nullopt;
    auto key = parse_json(text_.substr(begin, *key_end - begin));
    at = json_space_end(text_, *key_end);
    if (!key || at == text_.size() || text_[at] != ':') return std::nullopt;
    at = json_space_end(text_, at + 1);
    std::string name(key->get_string());
    // No id of ours; what stands between two quotes that don't belong together looks like this.
    if (stretch.level == Level::records && name.find_first_of("\"{}") != std::string::npos)
        return std::nullopt;
    if (stretch.level == Level::top && name == "profiles") {
        if (stretch.seen_profiles || at == text_.size() || text_[at] != '{') return std::nullopt;
        stretch.seen_profiles = true;
        stretch.level = Level::records;
        return at + 1;
    }
    // A record that is none: what stands here belongs to something else.
    if (stretch.level == Level::records && (at == text_.size() || text_[at] != '{')) return std::nullopt;
    const auto end = value_end(text_, at);
    work_ += (end ? *end : text_.size()) - begin;
    if (!end) return std::nullopt;
    auto value = parse_json(text_.substr(at, *end - at), text_.size(), depth_max);
    if (!value) return std::nullopt;
    const auto written = text_.substr(at, *end - at);
    if (stretch.level == Level::records && is_laid_out_ && !ends_in_place(written)) return std::nullopt;
    stretch.members.push_back({stretch.level, begin, std::move(name), std::move(*value)});
    return end;
}

// From a member on: members, commas and closing brackets, for as long as they make sense.
void StoreReader::run(Stretch& stretch, std::size_t at) {
    bool wants_member = true, may_close = true;  // an object may be empty; after a comma it may not
    while (work_ <= work_max_) {
        at = json_space_end(text_, at);
        stretch.stopped_at = at;
        if (at == text_.size()) return;
        if (text_[at] == '}' && may_close) {
            ++at;
            wants_member = false;
            if (stretch.level == Level::records) {
                if (!may_end_here(at)) return;
                stretch.level = Level::top;
                continue;
            }
            stretch.stopped_at = json_space_end(text_, at);
            stretch.end =
                stretch.stopped_at == text_.size() ? Stretch::End::complete : Stretch::End::overclosed;
            return;
        }
        if (!wants_member) {
            if (text_[at] != ',') return;
            ++at;
            wants_member = true;
            may_close = false;
            continue;
        }
        const auto level = stretch.level;
        const auto end = read_member(stretch, at);
        if (!end) return;
        at = *end;
        wants_member = level != stretch.level;  // it has just gone into `profiles`
        may_close = true;
    }
}

Stretch StoreReader::try_at(std::size_t at, Level level, bool seen_profiles) {
    Stretch stretch{.members = {},
                    .end = Stretch::End::broken,
                    .stopped_at = at,
                    .level = level,
                    .seen_profiles = seen_profiles || level == Level::records};
    if (tried_.contains({at, level})) return stretch;
    run(stretch, at);
    if (stretch.end != Stretch::End::complete) {
        tried_.emplace(at, level);
        for (const auto& member : stretch.members) tried_.emplace(member.begin, member.level);
    }
    return stretch;
}

// Whether a record begins here by its layout.
bool StoreReader::is_laid_out_record(std::size_t at) const {
    return text_.substr(0, at).ends_with(record_indent);
}

// In a text that is laid out, a record begins where records do, or right behind the damage: what begins
// deeper is a member of one.
bool StoreReader::may_begin_record(std::size_t at, std::size_t damage) const {
    if (!is_laid_out_ || is_laid_out_record(at)) return true;
    const auto between = text_.substr(damage, at - damage);
    return between.size() <= record_indent.size() + 1 && !between.contains('"');
}

// What begins here as a member of the store itself, and as a record. Once the records have been left, none
// begins; before, one must look like a credential. A credential beside `profiles` means that it began deeper.
std::optional<Stretch> StoreReader::stretch_at(std::size_t at, const Stretch& before) {
    const auto is_credential = [](const StoreMember& member) { return looks_like_credential(member.value); };
    const auto is_misplaced = [&](const StoreMember& member) {
        return member.level == Level::top && is_credential(member);
    };
    auto outside = try_at(at, Level::top, before.seen_profiles);
    const bool sorted = std::ranges::none_of(outside.members, is_misplaced);
    if (outside.end == Stretch::End::complete && !outside.members.empty() && sorted) return outside;
    const bool in_records = !before.seen_profiles || before.level == Level::records;
    if (in_records && may_begin_record(at, before.stopped_at)) {
        auto inside = try_at(at, Level::records, true);
        const auto is_record = [&](const StoreMember& member) {
            return member.level == Level::records && is_credential(member);
        };
        const bool is_complete = inside.end == Stretch::End::complete;
        if (is_complete && std::ranges::any_of(inside.members, is_record)) return inside;
        if (inside.end == Stretch::End::broken && !inside.members.empty() &&
            is_record(inside.members.front()) && std::ranges::none_of(inside.members, is_misplaced))
            return inside;
    }
    if (outside.end == Stretch::End::broken && !outside.members.empty() &&
        is_known_part(outside.members.front().key) && sorted)
        return outside;
    return std::nullopt;
}

// Whether a name may begin at this quote, by what stands before it: a comma or a bracket, if need be behind
// blanks, or a byte that changed and stands where they would.
bool StoreReader::may_begin_name(std::size_t at) const {
    if (at < 3 || std::string_view(" \t\r\n,{}").contains(text_[at - 1])) return true;
    const auto before = text_.substr(0, at - 1);
    return before.ends_with('}') || before.ends_with("\":");
}

std::optional<Stretch> StoreReader::resume(std::size_t from, const Stretch& before) {
    tried_.clear();
    std::optional<Stretch> best;
    for (auto at = text_.find('"', from); at != std::string_view::npos && work_ <= work_max_;
         at = text_.find('"', at + 1)) {
        ++work_;
        if (at > 0 && text_[at - 1] == '\\') continue;  // inside a string
        if (!may_begin_name(at)) continue;
        auto found = stretch_at(at, before);
        if (!found) continue;
        if (found->end == Stretch::End::complete) return found;
        if (found->members.front().level == Level::records && is_laid_out_record(at)) return found;
        if (!best || found->stopped_at > best->stopped_at) best = std::move(found);
    }
    return best;
}

std::size_t StoreReader::count_records(std::string_view text) {
    std::size_t count = 0;
    Level level = Level::top;
    auto at = json_space_end(text, text.find('{') + 1);
    while (at < text.size()) {
        if (text[at] != '"') {
            if (text[at] == '}') level = Level::top;
            at = json_space_end(text, at + 1);
            continue;
        }
        const auto key_end = string_end(text, at).value_or(text.size());
        const auto key = text.substr(at, key_end - at);
        at = json_space_end(text, json_space_end(text, key_end) + 1);
        if (level == Level::top && key == "\"profiles\"" && at < text.size() && text[at] == '{') {
            level = Level::records;
            at = json_space_end(text, at + 1);
            continue;
        }
        if (level == Level::records) ++count;
        at = json_space_end(text, value_end(text, at).value_or(text.size()));
    }
    return count;
}

}  // namespace openclaw::auth
