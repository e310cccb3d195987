#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "config/environment/environment.h"
#include "config/environment/paths.h"
#include "config/environment/problem.h"

namespace openclaw::config {

struct AgentEntry {
    std::string id;
    std::string name;
    bool is_default = false;
    Path agent_folder;  // resolved
    Path sessions_folder;
    std::optional<std::string> model;                   // raw, may be an alias
    std::optional<std::vector<std::string>> fallbacks;  // present, even empty: replaces the defaults'
    std::optional<std::vector<std::string>> allowed;  // modelPolicy.allow, as written; replaces the defaults'
    Path workspace;                                   // its folder for files
    std::string identity_name, identity_theme, identity_emoji, identity_avatar;
};

// The config as it stands: read, includes merged, ${VAR} resolved, validated. Immutable; a reload makes a
// new one (load.h). `value()` holds resolved secrets and is never written or shown; `shown()` has none.
class Config {
public:
    static std::shared_ptr<const Config> empty(Paths paths, Environment environment);

    const json::object& value() const { return value_; }
    bool exists() const { return exists_; }
    bool valid() const { return problems_.empty(); }
    const std::vector<Problem>& problems() const { return problems_; }
    const std::vector<Problem>& warnings() const { return warnings_; }
    // What is kept for the reference, without effect here: for `config validate`, nobody's mistake.
    const std::vector<Problem>& carried() const { return carried_; }
    // What a command that needs a valid config fails with: the first problem, and how many more.
    std::optional<Error> error() const;
    const Paths& paths() const { return paths_; }
    const Environment& environment() const { return environment_; }
    // Whose files count; nothing: owners are not checked.
    std::optional<std::uint32_t> user_id() const { return user_id_; }
    const std::string& text() const { return text_; }          // of the main file, as it was read
    const std::vector<Path>& files() const { return files_; }  // the main file, then what it includes
    // Of the texts of all these files: another one whenever a byte of them changes. Whoever may not read the
    // files may not see it either: what they hold can be guessed against it.
    const std::string& digest() const { return digest_; }
    const std::vector<Path>& environment_files() const { return environment_files_; }  // there or not

    // By dotted path: "gateway.auth.mode", "models.providers.corp.baseUrl", "agents.list[0].id".
    const json::value* find(std::string_view path) const;
    std::optional<std::string> text(std::string_view path) const;  // strings only
    // With the default of the settings table where the file says nothing, or nothing of that type.
    std::string text_or_default(std::string_view path) const;
    std::int64_t integer_or_default(std::string_view path) const;
    bool flag_or_default(std::string_view path) const;

    const std::vector<AgentEntry>& agents() const { return agents_; }  // at least "main"
    const AgentEntry& default_agent() const;
    const AgentEntry* find_agent(std::string_view id) const;  // normalised

    // The document in effect without secrets: what the settings table or its name marks as one, and what
    // looks like one wherever it stands, reads "<set>", or "<from ${NAME}>" where the file refers to a
    // variable. Everything else reads as it is, variables resolved.
    json::object shown() const;
    // The main file's text without them: references and comments stay as they are written. Nothing when there
    // is no file, or none that can be parsed.
    std::optional<std::string> shown_text() const;
    // The variable that the string at this path refers to: "CORP_KEY" for "${CORP_KEY}".
    std::optional<std::string_view> reference(std::string_view path) const;
    const json::object& references() const { return references_; }  // path -> variable name
    // Values that stand elsewhere, sealed or named, and could not be had, and why. They count as absent, so
    // whoever decides about access has to look here before it takes an absent value for an answer.
    const std::map<std::string, std::string, std::less<>>& closed() const { return closed_; }

private:
    friend class Loader;
    json::object value_;
    bool exists_ = false;
    std::vector<Problem> problems_, warnings_, carried_;
    std::vector<AgentEntry> agents_;
    Paths paths_;
    Environment environment_;
    std::optional<std::uint32_t> user_id_;
    json::object references_;  // which strings came from ${VAR}: path -> variable name
    std::map<std::string, std::string, std::less<>> closed_;
    std::string text_, digest_;
    std::vector<Path> files_, environment_files_;
};

}  // namespace openclaw::config
