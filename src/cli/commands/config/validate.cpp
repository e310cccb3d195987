#include "config/settings/validate.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/weak_points.h"

namespace openclaw::cli {

namespace {

json::array json_of(const std::vector<config::Problem>& problems) {
    json::array out;
    for (const auto& problem : problems) {
        json::object entry{{"path", problem.path}, {"message", problem.message}};
        if (!problem.hint.empty()) entry["hint"] = problem.hint;
        out.push_back(std::move(entry));
    }
    return out;
}

std::vector<std::string> lines_of(const std::vector<config::Problem>& problems) {
    std::vector<std::string> lines;
    for (const auto& problem : problems) {
        lines.push_back(fmt::format("  - {}{}{}", printable(problem.path), problem.path.empty() ? "" : ": ",
                                    printable(problem.message)));
        if (!problem.hint.empty()) lines.push_back("      " + printable(problem.hint));
    }
    return lines;
}

std::vector<config::Problem> warnings_of(Context& context, const config::Config& config) {
    auto warnings = config.warnings();
    std::ranges::move(config::find_misplaced(config.value()), std::back_inserter(warnings));
    std::ranges::move(weak_points_of(context, config), std::back_inserter(warnings));
    return warnings;
}

void print(Context& context, const config::Config& config) {
    const auto file = context.paths.shortened(context.paths.config_file);
    if (config.valid()) {
        context.out.line(config.exists() ? "Config valid: " + file
                                         : "No config: " + file + " (every setting has its default)");
    } else {
        context.out.line("Config invalid");
        context.out.line("File: " + file);
        context.out.line(config.problems().size() == 1 ? "Problem:" : "Problems:");
        for (const auto& line : lines_of(config.problems())) context.out.line(line);
    }
    if (const auto warnings = warnings_of(context, config); !warnings.empty()) {
        context.out.line("Warnings:");
        for (const auto& line : lines_of(warnings)) context.out.line(line);
    }
    if (config.carried().empty()) return;
    std::vector<std::string> paths;
    for (const auto& carried : config.carried()) paths.push_back(printable(carried.path));
    context.out.line("Kept for the reference, without effect here: " + joined(paths, ", "));
}

// What is kept comes last.
json::array warnings_json(Context& context, const config::Config& config) {
    auto warnings = json_of(warnings_of(context, config));
    for (auto& carried : json_of(config.carried())) warnings.push_back(std::move(carried));
    return warnings;
}

Exit run_config_validate(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    if (arguments.has("--json"))
        context.out.json(json::object{{"valid", (*config)->valid()},
                                      {"path", context.paths.config_file.string()},
                                      {"exists", (*config)->exists()},
                                      {"issues", json_of((*config)->problems())},
                                      {"warnings", warnings_json(context, **config)}});
    else
        print(context, **config);
    return (*config)->valid() ? Exit::ok : exit_of((*config)->problems().front().code);
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print issues and warnings as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command config_validate{
    .name = "config validate",
    .summary = "Check the config and name every mistake",
    .arguments = "",
    .options = options,
    .example = "openclaw config validate",
    .run = run_config_validate,
};

}  // namespace openclaw::cli
