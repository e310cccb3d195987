#include "cli/parser/reference.h"

#include "cli/commands/commands.h"
#include "config/settings/settings_page.h"
#include "gateway/audit/checks.h"

namespace openclaw::cli {

namespace {

Exit run_reference(Context& context, const Arguments& arguments) {
    const std::string& page = arguments.positional().front();
    if (page == "commands")
        context.out.text(commands_page(command_table()));
    else if (page == "exit-codes")
        context.out.text(exit_codes_page());
    else if (page == "security-audit")
        context.out.text(gateway::audit::security_audit_page());
    else if (page == "settings")
        context.out.text(config::settings_page());
    else
        return report(context, Error{Code::not_found, fmt::format("no page '{}'", page),
                                     "commands, exit-codes, security-audit or settings"});
    return Exit::ok;
}

}  // namespace

const Command reference{
    .name = "__reference",
    .summary = "Print a page of docs/ that is made from the tables",
    .arguments = "PAGE",
    .options = {},
    .example = "openclaw __reference commands > docs/commands.md",
    .run = run_reference,
    .arguments_min = 1,
    .arguments_max = 1,
    .hidden = true,
    .completes = "commands|exit-codes|security-audit|settings",
};

}  // namespace openclaw::cli
