#include <algorithm>

#include "base/text.h"
#include "cli/commands/migrate/migration.h"

namespace openclaw::cli {

using auth::legacy::Item;
using auth::legacy::Outcome;

std::size_t Migration::count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(items_, outcome, &Item::outcome));
}

json::object Migration::json_of(const Item& item) const {
    json::object object{{"source", item.source}, {"sourceKind", item.what}, {"agentId", item.agent}};
    const auto set = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) object[name] = value;
    };
    set("profileId", item.id.text);
    set("foundAs", item.found_as);
    set("provider", item.provider);
    set("kind", item.kind);
    set("fingerprint", item.fingerprint);
    set("refreshedBy", item.owner);
    set("reason", item.reason);
    if (const auto found = standings_.find({item.agent, item.id});
        found != standings_.end() && item.outcome == Outcome::imported)
        object["next"] = json::object{{"verdict", auth::name_of(found->second.verdict)},
                                      {"usable", auth::is_usable(found->second.verdict)},
                                      {"reason", found->second.reason}};
    return object;
}

void Migration::tell_json() {
    json::object document{{"dryRun", dry_}};
    for (const auto [outcome, name] :
         {std::pair(Outcome::imported, "imported"), std::pair(Outcome::skipped, "skipped"),
          std::pair(Outcome::conflict, "conflicts"), std::pair(Outcome::failed, "failed")}) {
        auto& list = document[name].emplace_array();
        for (const auto& item : items_)
            if (item.outcome == outcome) list.emplace_back(json_of(item));
    }
    auto& copies = document["copied"].emplace_array();
    for (const auto& [file, error] : copies_) {
        json::object entry{{"from", file.from.string()}, {"to", file.to.string()}, {"what", file.what}};
        if (error) entry["error"] = error->message;
        copies.emplace_back(std::move(entry));
    }
    auto& left = document["left"].emplace_array();
    for (const auto& entry : found_.left)
        (entry.failure ? document["failed"].as_array() : left)
            .emplace_back(json::object{{"source", entry.source},
                                       {"what", entry.what},
                                       {"provider", entry.provider},
                                       {"kind", entry.kind},
                                       {"reason", entry.reason}});
    auto& notes = document["notes"].emplace_array();
    for (const auto& note : notes_) notes.emplace_back(note);
    context_.out.json(document);
}

std::string Migration::line_of(const Item& item) const {
    const auto name =
        replaced(printable(item.id.text), "\n", "\\n");  // a name on one line, whatever it holds
    std::string line = "- " + (name.empty() ? item.what : name);
    if (!item.kind.empty()) line += " " + item.kind;
    if (!item.fingerprint.empty()) line += " " + item.fingerprint;
    if (item.agent != "main") line += fmt::format(" (agent {})", item.agent);
    line += fmt::format(" from {}", shown(item.source));
    if (!item.found_as.empty()) line += fmt::format(", there {}", printable(item.found_as));
    if (!item.reason.empty()) line += ": " + printable(item.reason);
    if (item.outcome != Outcome::imported) return line;
    if (!item.owner.empty()) line += "; refreshed by " + item.owner;
    const auto found = standings_.find({item.agent, item.id});
    if (found != standings_.end())
        line += fmt::format("; now [{}]: {}", auth::name_of(found->second.verdict), found->second.reason);
    return line;
}

void Migration::tell_text() {
    auto& out = context_.out;
    for (const auto& [file, error] : copies_)
        out.line(fmt::format("{} {}: {} -> {}{}",
                             error  ? "Failed to copy"
                             : dry_ ? "Would copy"
                                    : "Copied",
                             file.what, shown(file.from), shown(file.to),
                             error ? ": " + error->message : std::string()));
    for (const auto [outcome, name] :
         {std::pair(Outcome::imported, dry_ ? "Would import" : "Imported"),
          std::pair(Outcome::skipped, "Skipped"), std::pair(Outcome::conflict, "Conflicts"),
          std::pair(Outcome::failed, "Failed")}) {
        if (count(outcome) == 0) continue;
        out.line(fmt::format("{} ({})", name, count(outcome)));
        for (const auto& item : items_)
            if (item.outcome == outcome) out.line(line_of(item));
    }
    if (!found_.left.empty()) out.line(fmt::format("Not taken over ({})", found_.left.size()));
    for (const auto& entry : found_.left)
        out.line(fmt::format("- {} in {}: {}", printable(entry.what), shown(entry.source), entry.reason));
    if (items_.empty() && copies_.empty() && found_.left.empty()) out.line("Nothing to import.");
    for (const auto& note : notes_) out.note("note: " + note);
    if (count(Outcome::conflict) > 0)
        out.note("note: nothing is overwritten; --rename-conflicts imports what clashes under another name");
    const auto is_login = [](const Item& item) {
        return item.outcome == Outcome::imported && item.is_login && item.owner.empty();
    };
    if (std::ranges::any_of(items_, is_login))
        out.note(
            "note: a refresh token works once: end the other program, or log in again here, before both use "
            "it");
    if (dry_ || count(Outcome::imported) == 0) return;
    out.line("The sources are as they were; once this works you may remove them.");
    out.line("Next: openclaw models status --check");
}

Exit Migration::exit() const {
    const bool left = std::ranges::any_of(found_.left, &auth::legacy::Left::failure);
    const bool uncopied =
        std::ranges::any_of(copies_, [](const Copied& copied) { return copied.error.has_value(); });
    return count(Outcome::conflict) + count(Outcome::failed) > 0 || left || uncopied ? Exit::error : Exit::ok;
}

}  // namespace openclaw::cli
