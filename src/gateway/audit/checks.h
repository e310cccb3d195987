#pragma once

#include <span>
#include <string>

#include "gateway/audit/finding.h"
#include "gateway/audit/subject.h"

namespace openclaw::gateway::audit {

// One thing that is looked for. It looks at what is written, or, where the subject has that, at what runs;
// it changes nothing and asks nobody.
struct Check {
    std::string_view id;
    Severity severity;
    std::string_view title;
    std::string_view when;  // for docs/security-audit.md: "somebody else may write the config"
    Observations (*look)(const Subject& subject);
};
std::span<const Check> all_checks();

std::vector<Finding> findings_of(const Subject& subject);  // the worst first

// docs/security-audit.md, made from the table.
std::string security_audit_page();

}  // namespace openclaw::gateway::audit
