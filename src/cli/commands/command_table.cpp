#include "cli/commands/commands.h"
#include "cli/commands/not_offered.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

namespace {

// Every command, in the order that help shows them.
constexpr std::array commands = {
    &agent,
    &chat_command,
    &sessions,
    &sessions_list,
    &status,
    &models_alone,
    &models_status,
    &models_list,
    &models_scan,
    &models_set,
    &models_set_image,
    &models_aliases_list,
    &models_aliases_add,
    &models_aliases_remove,
    &models_fallbacks_list,
    &models_fallbacks_add,
    &models_fallbacks_remove,
    &models_fallbacks_clear,
    &models_image_fallbacks_list,
    &models_image_fallbacks_add,
    &models_image_fallbacks_remove,
    &models_image_fallbacks_clear,
    &models_providers_add,
    &models_auth_list,
    &models_auth_add,
    &models_auth_login,
    &models_auth_logout,
    &models_auth_setup_token,
    &models_auth_activate,
    &models_auth_paste_api_key,
    &models_auth_paste_token,
    &models_auth_remove,
    &models_auth_allow,
    &models_auth_repair,
    &models_auth_order_get,
    &models_auth_order_set,
    &models_auth_order_clear,
    &models_auth_cooldown_list,
    &models_auth_cooldown_clear,
    &models_auth_cooldown_set,
    &explain,
    &explain_error,
    &secrets_status,
    &secrets_seal,
    &secrets_unseal,
    &secrets_rekey,
    &secrets_audit,
    &security_audit,
    &agents,
    &agents_list,
    &agents_add,
    &agents_set_identity,
    &agents_delete,
    &health,
    &gateway_alone,
    &gateway_run,
    &gateway_status,
    &gateway_lock,
    &gateway_token_show,
    &gateway_token_rotate,
    &gateway_check,
    &gateway_call,
    &gateway_health,
    &gateway_cert_add,
    &gateway_cert_list,
    &gateway_cert_renew,
    &gateway_cert_export,
    &gateway_cert_revoke,
    &gateway_cert_root,
    &gateway_cert_names_list,
    &gateway_cert_names_add,
    &gateway_cert_names_remove,
    &gateway_cert_backup,
    &gateway_cert_restore,
    &gateway_cert_replace,
    &gateway_cert_invite,
    &gateway_join,
    &connect_client,
    &config_get,
    &config_set,
    &config_unset,
    &config_file,
    &config_validate,
    &env_command,
    &migrate,
    &help,
    &completion,
    &complete_words,
    &reference,
};

// The words that commands start with.
constexpr std::array groups = {
    Group{"sessions", "Conversations", heading::talk},
    Group{"models", "Which models there are, and the credentials that reach them", heading::credentials},
    Group{"models providers", "Servers of your own, and others that speak a known interface", {}},
    Group{"models auth", "Add, list and arrange credentials", {}},
    Group{"models auth order", "The order in which a provider's profiles are tried", {}},
    Group{"models auth cooldown", "Credentials that rest after failures, or because you say so", {}},
    Group{"models aliases", "Short names for models", {}},
    Group{"models fallbacks", "Models to try when the first can't answer", {}},
    Group{"models image-fallbacks", "The same for the image model", {}},
    Group{"secrets", "Keep stored secrets encrypted, and find those that aren't", heading::credentials},
    Group{"security", "Find what is open to others", heading::gateway},
    Group{"gateway", "Run the gateway and ask it things", heading::gateway},
    Group{"gateway token", "The shared token that opens the gateway", {}},
    Group{"gateway cert", "Certificates of this gateway and its clients", {}},
    Group{"gateway cert names", "What the gateway is reached by", {}},
    Group{"config", "Read and change the settings in openclaw.json", heading::settings},
    Group{"agents", "The agents of this gateway", heading::settings},
};

}  // namespace

std::span<const Command* const> all_commands() {
    return commands;
}

CommandTable command_table() {
    return {commands, groups, commands_not_offered()};
}

}  // namespace openclaw::cli
