#include "auth/profiles/salvage.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "auth/profiles/record_names.h"
#include "auth/profiles/salvage_reader.h"
#include "base/json_scan.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t id_bytes_max = 120;
constexpr std::size_t damages_max = 64;  // more than that is no damaged store but something else
constexpr std::array<std::string_view, 4> object_parts = {"profiles", "order", "lastGood", "usageStats"};

std::size_t line_of(std::string_view text, std::size_t at) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
}

bool is_wordy(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// What a person would recognise of a damaged name: without quotes, brackets and what else stands around it.
std::string name_in(std::string_view text) {
    const auto first = std::ranges::find_if(text, is_wordy);
    if (first == text.end()) return "?";
    const auto begin = static_cast<std::size_t>(first - text.begin());
    auto end = text.size();
    while (!is_wordy(text[end - 1])) --end;
    return shortened(printable(text.substr(begin, end - begin)), id_bytes_max);
}

// The id that a piece of damaged text begins with, one strange byte in it allowed. What has no shape of an id
// may be part of a secret, and stays unsaid.
std::string id_in(std::string_view text) {
    const auto head = text.substr(0, text.find_first_of("{\n,"));
    const auto name = name_in(head);
    const auto is_strange = [](char c) {
        return !is_wordy(c) && static_cast<unsigned char>(c) < 0x80 &&
               !std::string_view(":._@/+- ").contains(c);
    };
    const auto word = head.substr(std::min(head.find_first_not_of(" \""), head.size()));
    const auto end = word.find_last_not_of(" \":");
    const bool strange = std::ranges::count_if(word.substr(0, end + 1), is_strange) > 1;
    const bool heads_record = text.substr(head.size()).starts_with('{');
    const bool is_id =
        heads_record || name.contains(':') || std::ranges::find(object_parts, name) != object_parts.end();
    return is_id && !strange ? name : "?";
}

// The name of a damaged member that begins here.
std::string name_at(std::string_view text) {
    if (const auto end = StoreReader::string_end(text, 0)) {
        const auto key = parse_json(text.substr(0, *end));
        const auto next = json_space_end(text, *end);
        if (key && next < text.size() && text[next] == ':')
            return shortened(printable(key->get_string()), id_bytes_max);
    }
    return id_in(text);
}

// The names of further records in damaged text, by the layout that every program of ours and the reference
// writes: a record begins on a line of its own with four spaces, and what follows `profiles` with two.
std::vector<std::string> names_by_layout(std::string_view text) {
    std::vector<std::string> names;
    auto lines = split(text, '\n');
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto spaces = std::min(lines[i].find_first_not_of(' '), lines[i].size());
        if (spaces <= 2 && !lines[i].empty()) break;
        if (spaces == 4 && lines[i].substr(4).starts_with('"') && lines[i].contains('{'))
            names.push_back(name_at(lines[i].substr(4)));
    }
    return names;
}

// A member that holds records, but not under their name.
const json::key_value_pair* misnamed_records(const json::object& document) {
    constexpr std::array<std::string_view, 4> other = {"order", "lastGood", "usageStats", "imports"};
    if (document.contains("profiles")) return nullptr;
    for (const auto& member : document) {
        const auto* object = member.value().if_object();
        if (!object || std::ranges::find(other, std::string_view(member.key())) != other.end()) continue;
        const auto is_credential = [](const auto& entry) { return looks_like_credential(entry.value()); };
        if (std::ranges::any_of(*object, is_credential)) return &member;
    }
    return nullptr;
}

// What a store may hold without holding records.
bool is_part(std::string_view name) {
    constexpr std::array<std::string_view, 5> parts = {"version", "order", "lastGood", "usageStats",
                                                       "imports"};
    return std::ranges::find(parts, name) != parts.end();
}

// Without `profiles`: a member that is none of a store's, so that this is no empty store.
const json::key_value_pair* foreign_member(const json::object& document) {
    if (document.contains("profiles")) return nullptr;
    for (const auto& member : document)
        if (!is_part(member.key())) return &member;
    return nullptr;
}

class Salvager {
public:
    explicit Salvager(std::string_view text) : text_(text), reader_(text) {}

    Salvage run() {
        auto stretch = without_misplaced(reader_.from_start());
        take(stretch);
        for (std::size_t i = 0; i < damages_max && stretch.end != Stretch::End::complete; ++i) {
            const auto from = stretch.stopped_at;
            note(from);
            auto next = reader_.resume(from, stretch);
            const auto to = next ? next->members.front().begin : text_.size();
            describe(text_.substr(from, to - from), stretch, next ? &*next : nullptr);
            if (!next) break;
            stretch = without_misplaced(std::move(*next));
            take(stretch);
        }
        return finish();
    }

private:
    // A bracket too many ends the records early: those behind it look like members of the store itself.
    static Stretch without_misplaced(Stretch stretch) {
        const auto is_misplaced = [](const StoreMember& member) {
            return member.level == Level::top && looks_like_credential(member.value);
        };
        const auto first = std::ranges::find_if(stretch.members, is_misplaced);
        if (stretch.end == Stretch::End::complete || first == stretch.members.end()) return stretch;
        stretch.end = Stretch::End::broken;
        stretch.stopped_at = first->begin;
        stretch.level = Level::records;
        stretch.members.erase(first, stretch.members.end());
        return stretch;
    }

    void note(std::size_t at) {
        if (result_.line != 0 && result_.byte <= at) return;
        result_.byte = at;
        result_.line = line_of(text_, at);
    }

    void lose(const std::string& id, std::string_view how, std::size_t at) {
        if (id != "?" && std::ranges::find(result_.lost, id, &LostRecord::id) != result_.lost.end()) return;
        result_.lost.push_back({id, fmt::format("{} (line {})", how, line_of(text_, at))});
    }

    void take(const Stretch& stretch) {
        for (const auto& member : stretch.members) {
            if (member.level == Level::top) {
                top_[member.key] = member.value;
            } else if (profiles_.contains(member.key)) {
                note(member.begin);
                lose(member.key, "its id stands twice", member.begin);
            } else {
                profiles_[member.key] = member.value;
            }
        }
    }

    // Names what a damaged piece of text held. Brackets and commas alone hold nothing.
    void describe(std::string_view piece, const Stretch& before, const Stretch* after) {
        if (std::ranges::none_of(piece, is_wordy) || piece.find_first_of("\":{") == std::string_view::npos)
            return;
        const auto at = static_cast<std::size_t>(piece.data() - text_.data());
        const bool in_records = before.level == Level::records;
        const bool into_records = after && after->members.front().level == Level::records;
        if (in_records)
            lose(name_at(piece), "its text is damaged", at);
        else if (!into_records)
            result_.lost_parts.push_back(name_at(piece));
        if (!in_records && before.seen_profiles) return;
        for (const auto& name : names_by_layout(piece)) lose(name, "its text is damaged", at);
    }

    Salvage finish() {
        if (profiles_.empty()) adopt_misnamed();
        // Which of two records of one id is meant nobody knows: neither is served.
        for (const auto& record : result_.lost) profiles_.stable_erase(record.id);
        result_.document["version"] = top_.contains("version") ? top_.at("version") : json::value(1);
        result_.document["profiles"] = std::move(profiles_);
        give_own_names(result_.document);
        for (const auto name : object_parts) {
            const auto* part = value_at(top_, name);
            if (!part || part->is_object()) continue;
            result_.lost_parts.emplace_back(name);
            top_.stable_erase(name);
        }
        for (auto& [name, value] : top_)
            if (!result_.document.contains(name)) result_.document[name] = std::move(value);
        return std::move(result_);
    }

    void adopt_misnamed() {
        const auto* misnamed = misnamed_records(top_);
        if (!misnamed) return adopt_outside();
        const std::string name(misnamed->key());
        note(std::min(text_.find("\"" + name + "\""), text_.size()));
        result_.lost_parts.push_back(fmt::format("the name of profiles (it is {})", name_in(name)));
        profiles_ = misnamed->value().get_object();
        top_.stable_erase(name);
    }

    // Records that stand beside each other without the member that holds them.
    void adopt_outside() {
        std::vector<std::string> ids;
        for (const auto& member : top_)
            if (looks_like_credential(member.value())) ids.emplace_back(member.key());
        if (ids.empty()) return;
        note(std::min(text_.find("\"" + ids.front() + "\""), text_.size()));
        result_.lost_parts.emplace_back("profiles around the records");
        for (const auto& id : ids) {
            profiles_[id] = std::move(top_.at(id));
            top_.stable_erase(id);
        }
    }

    std::string_view text_;
    StoreReader reader_;
    json::object top_, profiles_;
    Salvage result_;
};

}  // namespace

Result<json::value> parse_store_text(std::string_view text) {
    auto value = parse_json(text);
    auto* document = value ? value->if_object() : nullptr;
    if (!document) return value;
    for (const auto name : object_parts)
        if (const auto* part = value_at(*document, name); part && !part->is_object())
            return fail(Code::invalid_input, "\"{}\" is not an object", name);
    if (const auto* member = misnamed_records(*document))
        return fail(Code::invalid_input, "\"{}\" holds credentials, but no \"profiles\" does",
                    name_in(member->key()));
    if (const auto* member = foreign_member(*document))
        return fail(Code::invalid_input,
                    "there is no \"profiles\", but \"{}\": records stand in \"profiles\"",
                    name_in(member->key()));
    give_own_names(*document);
    const auto* profiles = object_at(*document, "profiles");
    if (StoreReader::count_records(text) <= (profiles ? profiles->size() : 0)) return value;
    return fail(Code::invalid_input, "the id of a record stands twice");
}

std::size_t Salvage::served() const {
    const auto* profiles = object_at(document, "profiles");
    return profiles ? profiles->size() : 0;
}

std::string Salvage::summary() const {
    std::string text = fmt::format("damaged at byte {} (line {}): {} of {} records {} intact", byte, line,
                                   served(), served() + lost.size(), served() == 1 ? "is" : "are");
    if (!lost_parts.empty()) text += ", and lost is " + joined(lost_parts, ", ");
    return text;
}

Salvage salvage_store(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return Salvager(text).run();
}

json::object to_json(const Salvage& salvage) {
    json::array lost, parts;
    for (const auto& record : salvage.lost)
        lost.push_back(json::object{{"id", record.id}, {"problem", record.problem}});
    for (const auto& part : salvage.lost_parts) parts.emplace_back(part);
    return {{"document", salvage.document},
            {"lost", std::move(lost)},
            {"parts", std::move(parts)},
            {"byte", salvage.byte},
            {"line", salvage.line}};
}

Salvage salvage_from(const json::object& document) {
    Salvage salvage;
    if (const auto* store = object_at(document, "document")) salvage.document = *store;
    if (const auto* lost = array_at(document, "lost"))
        for (const auto& entry : *lost)
            if (const auto* record = entry.if_object())
                salvage.lost.push_back({std::string(string_at(*record, "id").value_or("?")),
                                        std::string(string_at(*record, "problem").value_or(""))});
    if (const auto* parts = array_at(document, "parts"))
        for (const auto& part : *parts)
            if (const auto* name = part.if_string()) salvage.lost_parts.emplace_back(*name);
    salvage.byte = static_cast<std::size_t>(integer_at(document, "byte").value_or(0));
    salvage.line = static_cast<std::size_t>(integer_at(document, "line").value_or(0));
    return salvage;
}

}  // namespace openclaw::auth
