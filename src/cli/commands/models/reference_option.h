#pragma once

#include "cli/commands/models/store_credential.h"

namespace openclaw::cli {

constexpr Option reference_option{
    .name = "--ref",
    .value_name = "WHERE",
    .help = "Store where it stands instead: env:NAME, file:SOURCE:/pointer or exec:SOURCE:id"};
constexpr Option no_verify_option{
    .name = "--no-verify", .help = "With --ref: don't look there now", .kind = OptionKind::flag};

// "env:NAME", "file:notes:/a/b", "exec:vault:team/key".
Result<auth::SecretRef> parse_reference(std::string_view text);

// Looks there once, as a request would: what it gives must look like a credential of that provider.
Result<void> verify_reference(Context& context, const config::Config& config,
                              const auth::SecretRef& reference, const NewCredential& wanted, bool any_shape);

}  // namespace openclaw::cli
