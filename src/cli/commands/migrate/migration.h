#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/legacy/import.h"
#include "auth/legacy/state_files.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// Everything that one run found, does and tells.
class Migration {
public:
    Migration(Context& context, const Arguments& arguments, std::shared_ptr<const config::Config> config)
        : context_(context),
          arguments_(arguments),
          config_(std::move(config)),
          dry_(arguments.has("--dry-run")),
          rules_{.rename_conflicts = arguments.has("--rename-conflicts"),
                 .again = arguments.has("--again"),
                 .fingerprint_key = context.fingerprint_key,
                 .now = context.clock.now()} {}

    Result<void> find();
    Result<void> import();
    void copy_files();
    void tell_json();
    void tell_text();
    Exit exit() const;

private:
    struct Agent {
        std::string id;
        auth::StoreFolders folders;
        std::vector<auth::legacy::Source> sources;
    };
    struct Copied {
        auth::legacy::FileCopy file;
        std::optional<Error> error;
    };

    Result<void> find_here();
    void find_rest();
    Result<void> keep_agent(const std::string& id);
    std::vector<Agent> agents();
    auth::StoreFolders folders_of(const std::string& id) const;
    void judge();
    json::object json_of(const auth::legacy::Item& item) const;
    std::string line_of(const auth::legacy::Item& item) const;
    std::size_t count(auth::legacy::Outcome outcome) const;
    std::string shown(const std::string& path) const { return context_.paths.shortened(path); }

    Context& context_;
    const Arguments& arguments_;
    std::shared_ptr<const config::Config> config_;
    bool dry_;
    auth::legacy::ImportRules rules_;
    auth::legacy::Found found_;
    std::vector<Copied> copies_;
    std::vector<auth::legacy::Item> items_;
    std::vector<std::string> notes_;
    std::map<std::pair<std::string, auth::ProfileId>, auth::Candidate> standings_;
};

}  // namespace openclaw::cli
