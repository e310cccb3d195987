#pragma once

#include "cli/parser/command.h"

namespace openclaw::cli {

// Each is defined in the file of its name under commands/ and stands in the table of command_table.cpp.

// Talk
extern const Command agent;
extern const Command chat_command;
extern const Command sessions;
extern const Command sessions_list;

// Models and credentials
extern const Command models_alone;
extern const Command models_status;
extern const Command models_list;
extern const Command models_scan;
extern const Command models_set;
extern const Command models_set_image;
extern const Command models_aliases_list;
extern const Command models_aliases_add;
extern const Command models_aliases_remove;
extern const Command models_fallbacks_list;
extern const Command models_fallbacks_add;
extern const Command models_fallbacks_remove;
extern const Command models_fallbacks_clear;
extern const Command models_image_fallbacks_list;
extern const Command models_image_fallbacks_add;
extern const Command models_image_fallbacks_remove;
extern const Command models_image_fallbacks_clear;
extern const Command models_providers_add;
extern const Command models_auth_list;
extern const Command models_auth_add;
extern const Command models_auth_login;
extern const Command models_auth_logout;
extern const Command models_auth_setup_token;
extern const Command models_auth_activate;
extern const Command models_auth_paste_api_key;
extern const Command models_auth_paste_token;
extern const Command models_auth_remove;
extern const Command models_auth_allow;
extern const Command models_auth_refresh;
extern const Command models_auth_order_get;
extern const Command models_auth_order_set;
extern const Command models_auth_order_clear;
extern const Command models_auth_repair;
extern const Command models_auth_cooldown_list;
extern const Command models_auth_cooldown_clear;
extern const Command models_auth_cooldown_set;
extern const Command explain;
extern const Command explain_error;
extern const Command secrets_audit;
extern const Command secrets_rekey;
extern const Command secrets_seal;
extern const Command secrets_status;
extern const Command secrets_unseal;
extern const Command security_audit;

// Settings
extern const Command agents;
extern const Command agents_list;
extern const Command agents_add;
extern const Command agents_set_identity;
extern const Command agents_delete;

// Gateway
extern const Command audit_list;
extern const Command audit_tail;
extern const Command audit_verify;
extern const Command gateway_alone;
extern const Command gateway_call;
extern const Command gateway_check;
extern const Command gateway_health;
extern const Command gateway_usage_cost;
extern const Command gateway_join;
extern const Command connect_client;
extern const Command gateway_lock;
extern const Command devices_list;
extern const Command devices_approve;
extern const Command devices_reject;
extern const Command devices_remove;
extern const Command devices_rename;
extern const Command devices_rotate;
extern const Command devices_revoke;
extern const Command devices_clear;
extern const Command gateway_cert_add;
extern const Command gateway_cert_list;
extern const Command gateway_cert_renew;
extern const Command gateway_cert_export;
extern const Command gateway_cert_invite;
extern const Command gateway_cert_revoke;
extern const Command gateway_cert_root;
extern const Command gateway_cert_names_list;
extern const Command gateway_cert_names_add;
extern const Command gateway_cert_names_remove;
extern const Command gateway_cert_backup;
extern const Command gateway_cert_restore;
extern const Command gateway_cert_replace;
extern const Command gateway_keys_create;
extern const Command gateway_keys_list;
extern const Command gateway_keys_show;
extern const Command gateway_keys_rotate;
extern const Command gateway_keys_revoke;
extern const Command gateway_keys_update;
extern const Command gateway_run;
extern const Command gateway_status;
extern const Command gateway_token_rotate;
extern const Command gateway_token_show;
extern const Command health;
extern const Command status;

// Settings
extern const Command config_file;
extern const Command config_get;
extern const Command config_set;
extern const Command config_unset;
extern const Command config_validate;
extern const Command env_command;
extern const Command migrate;

// This program
extern const Command help;
extern const Command completion;
extern const Command complete_words;
extern const Command reference;

}  // namespace openclaw::cli
