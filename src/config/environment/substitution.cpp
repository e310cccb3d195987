#include "config/environment/substitution.h"

#include "base/text.h"
#include "config/environment/known_variables.h"
#include "config/json5/key_path.h"

namespace openclaw::config {
namespace {

struct Piece {
    std::string_view literal;    // what stands before the reference
    std::string_view reference;  // NAME, or empty at the end of the text
    bool escaped = false;        // $${NAME}
};

// Takes the next piece off the front of `rest`.
Piece take_piece(std::string_view& rest) {
    for (std::size_t from = 0;;) {
        const auto start = rest.find("${", from);
        if (start == std::string_view::npos) return {std::exchange(rest, {}), {}, false};
        const auto end = rest.find('}', start + 2);
        const auto name =
            end == std::string_view::npos ? std::string_view() : rest.substr(start + 2, end - start - 2);
        if (!is_variable_name(name)) {
            from = start + 2;
            continue;
        }
        const bool escaped = start > 0 && rest[start - 1] == '$';
        const Piece piece{rest.substr(0, escaped ? start - 1 : start), name, escaped};
        rest.remove_prefix(end + 1);
        return piece;
    }
}

// "agents.entries.work.name", "agents.entries.work.identity.theme": an id can't hold a dot that counts.
bool is_name_in_entries(std::string_view path) {
    constexpr std::string_view start = "agents.entries.";
    if (!path.starts_with(start)) return false;
    path.remove_prefix(start.size());
    const auto rest = path.substr(std::min(path.find('.'), path.size()));
    return rest == ".name" || rest.starts_with(".identity.");
}

// What a .env in the working folder may fill: texts that steer neither credentials, the gateway, files nor
// programs. A base URL, for one, decides who receives a key.
bool is_harmless_path(std::string_view path) {
    return path.starts_with("messages.") || path.starts_with("ui.") ||
           path.starts_with("agents.defaults.userTimezone") ||
           (path.starts_with("agents.list[") && (path.contains("].identity.") || path.ends_with("].name"))) ||
           is_name_in_entries(path);
}

void collect(const json::value& value, std::vector<std::string>& names) {
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) collect(member.value(), names);
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) collect(element, names);
    } else if (const auto* text = value.if_string()) {
        for (std::string_view rest = *text; !rest.empty();) {
            const auto piece = take_piece(rest);
            if (!piece.reference.empty() && !piece.escaped &&
                std::ranges::find(names, piece.reference) == names.end())
                names.emplace_back(piece.reference);
        }
    }
}

// The value for this path: a source that may not decide here is passed over, the next one counts.
const Variable* allowed_variable(const Environment& environment, std::string_view name,
                                 std::string_view path) {
    for (const auto* candidate : environment.candidates(name)) {
        const bool from_folder = candidate->source == VariableSource::working_folder_file;
        if (!candidate->value.empty() && (!from_folder || is_harmless_path(path))) return candidate;
    }
    return nullptr;
}

}  // namespace

bool is_variable_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, fits);
}

bool is_sole_reference(std::string_view text) {
    return text.starts_with("${") && text.find('}') == text.size() - 1;
}

void Substitution::apply(json::value& value, const std::string& path) {
    if (auto* object = value.if_object()) {
        for (auto& [key, member] : *object) apply(member, joined_path(path, key));
    } else if (auto* array = value.if_array()) {
        for (std::size_t at = 0; at < array->size(); ++at) apply((*array)[at], joined_path(path, at));
    } else if (const auto* found = value.if_string();
               found && found->subview().contains("${") && !literal.contains(path)) {
        value = text(*found, path);
    }
}

std::string Substitution::text(std::string_view text, const std::string& path) {
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const auto piece = take_piece(rest);
        out += piece.literal;
        if (piece.reference.empty()) break;
        if (piece.escaped) {
            out += fmt::format("${{{}}}", piece.reference);
            continue;
        }
        references[path] = piece.reference;
        if (const auto* variable = allowed_variable(environment, piece.reference, path)) {
            out += variable->value.reveal();
            continue;
        }
        const bool refused =
            !environment.candidates(piece.reference).empty() &&
            environment.variable(piece.reference)->source == VariableSource::working_folder_file;
        problems.push_back(
            {path, fmt::format("missing env var \"{}\" referenced at config path: {}", piece.reference, path),
             fmt::format("looked in {}{}; set it there or write the value as $${{{}}} to keep it as it is",
                         places, refused ? " (a .env in the working folder may not decide this setting)" : "",
                         piece.reference)});
    }
    return out;
}

std::vector<std::string> referenced_variables(const json::value& value) {
    std::vector<std::string> names;
    collect(value, names);
    return names;
}

}  // namespace openclaw::config
