#pragma once

#include "gateway/audit/checks.h"

// What the table's checks do, for checks.cpp.
namespace openclaw::gateway::audit {

// lock.cpp: who gets in, from where, and by what.
Observations look_at_open_bind(const Subject& subject);
Observations look_at_open_loopback(const Subject& subject);
Observations look_at_unusable_lock(const Subject& subject);
Observations look_at_guessable_secret(const Subject& subject);
Observations look_at_short_token(const Subject& subject);
Observations look_at_lenient_limit(const Subject& subject);
Observations look_at_written_password(const Subject& subject);
Observations look_at_written_token(const Subject& subject);
Observations look_at_clear_bind(const Subject& subject);
Observations look_at_clear_remote(const Subject& subject);
Observations look_at_clear_providers(const Subject& subject);
Observations look_at_proxies(const Subject& subject);
Observations look_at_wide_proxies(const Subject& subject);
Observations look_at_unread_proxies(const Subject& subject);
Observations look_at_missing_proxies(const Subject& subject);
Observations look_at_clear_origins(const Subject& subject);
Observations look_at_useless_origins(const Subject& subject);
Observations look_at_funnel(const Subject& subject);
Observations look_at_serve(const Subject& subject);
Observations look_at_config_problems(const Subject& subject);
Observations look_at_unsealed(const Subject& subject);
Observations look_at_plain_beside_sealed(const Subject& subject);
Observations look_at_surface(const Subject& subject);

// certificate.cpp: what the gateway proves itself with.
Observations look_at_unusable_certificate(const Subject& subject);
Observations look_at_ended_certificate(const Subject& subject);
Observations look_at_ending_certificate(const Subject& subject);
Observations look_at_early_certificate(const Subject& subject);
Observations look_at_weak_certificate(const Subject& subject);

// files.cpp: who else may read and write what is ours.
enum class Place {
    state,
    config,
    included,
    backups,
    environment,
    credentials,
    gateway_token,
    stores,
    sessions,
    logs,
    tls_key,
    authority,
    named_keys,
};
enum class Others { write, all_write, group_write, read, all_read, group_read };
Observations look_at_others(const Subject& subject, Place place, Others others);
Observations look_at_links(const Subject& subject, Place place);
Observations look_at_owners(const Subject& subject);
Observations look_at_synced_folder(const Subject& subject);

template <Place place, Others others>
Observations look_at(const Subject& subject) {
    return look_at_others(subject, place, others);
}
template <Place place>
Observations look_at_link(const Subject& subject) {
    return look_at_links(subject, place);
}

// running.cpp: what runs beside what is written. Without a live look they see nothing.
Observations look_at_open_door(const Subject& subject);
Observations look_at_wrong_proof(const Subject& subject);
Observations look_at_failed_probe(const Subject& subject);
Observations look_at_wider_listeners(const Subject& subject);
Observations look_at_foreign_listeners(const Subject& subject);
Observations look_at_other_transport(const Subject& subject);
Observations look_at_other_certificate(const Subject& subject);
Observations look_at_old_config(const Subject& subject);
Observations look_at_transport(const Subject& subject);

}  // namespace openclaw::gateway::audit
