// How a request uses a credential and what it learns: at once in memory, on every desk that sees the profile,
// and from there to the writer; and what comes back from the writer.
#include <algorithm>
#include <utility>

#include "credentials/credentials.h"

namespace openclaw::credentials {
namespace {

// A trial that hasn't ended by then keeps the others away no longer.
constexpr Milliseconds trial_max = std::chrono::minutes(2);
// Records that one turn of the loop takes over from a write.
constexpr std::size_t records_a_turn = 256;

}  // namespace

CredentialUse Credentials::begin_use(const std::string& agent_id, const auth::Candidate& credential,
                                     const std::string& model, const ConfigPointer& config) {
    CredentialUse use(live_);
    use.desk_ = desk_of(agent_id, config).value_or(nullptr);
    use.config_ = config;
    use.model_ = model;
    use.credential_ = credential;
    use.credential_.secret.reset();
    // A login's tokens change by themselves, so they don't tell one account from another.
    if (credential.secret && credential.kind != "oauth")
        use.print_ = use.desk_ && use.desk_->index
                         ? use.desk_->index->print_of(credential.profile, *credential.secret)
                         : auth::credential_print(*credential.secret, fingerprint_key_);
    use.sent_ = clock_.now();
    use.next_demand_ = clock_.steady() + auth::demand_pace;
    if (credential.trial)
        use.holds_trial_ = live_.begin_trial(auth::credential_name(credential), *credential.trial,
                                             clock_.steady() + trial_max);
    return use;
}

CredentialUse::CredentialUse(CredentialUse&& other) noexcept
    : live_(other.live_),
      desk_(std::move(other.desk_)),
      config_(std::move(other.config_)),
      model_(std::move(other.model_)),
      print_(std::move(other.print_)),
      credential_(std::move(other.credential_)),
      sent_(other.sent_),
      next_demand_(other.next_demand_),
      holds_trial_(std::exchange(other.holds_trial_, false)) {}

CredentialUse::~CredentialUse() {
    if (!holds_trial_) return;
    const auto name = auth::credential_name(credential_);
    if (credential_.on_demand)
        live_->hold_trial(name, *credential_.trial, next_demand_);
    else
        live_->end_trial(name, *credential_.trial);
}

std::optional<auth::Rest> Credentials::settle_failure(const CredentialUse& use,
                                                      const providers::Failure& failure) {
    const auto& credential = use.credential_;
    const auto now = clock_.now();
    const auto after =
        learn(use, auth::Failed{.event = {.reason = failure.reason,
                                          .retry_after = failure.retry_after,
                                          .status = failure.status,
                                          .text = failure.message,
                                          .scope = failure.scope,
                                          .model = use.model_,
                                          .credential = use.print_,
                                          .on_demand = credential.on_demand},
                                .rules = auth::CooldownRules::from(*use.config_, credential.provider),
                                .at = now});
    return after ? auth::rest_of(*after, now, use.model_) : std::nullopt;
}

void Credentials::settle_success(const CredentialUse& use) {
    learn(use, auth::Worked{.event = {.model = use.model_, .sent = use.sent_, .credential = use.print_},
                            .at = clock_.now()});
}

// The record of the credential as it is then; none of what has no record.
std::optional<auth::UsageStats> Credentials::learn(const CredentialUse& use, const auth::Outcome& outcome) {
    const auto& credential = use.credential_;
    if (credential.source == auth::Source::keyless) return std::nullopt;  // there is nothing to spare
    if (credential.source != auth::Source::profile)
        return live_.update(auth::credential_name(credential),
                            [&](auth::UsageStats before) { return auth::after(std::move(before), outcome); });
    const auto* profile = use.desk_ ? use.desk_->find(credential.profile) : nullptr;
    if (!profile) return std::nullopt;  // removed meanwhile
    return learn(use.desk_, *profile, outcome);
}

auth::UsageStats Credentials::learn(const Desk& desk, const auth::Profile& profile,
                                    const auth::Outcome& outcome) {
    const auto id = profile.id;
    const auto file = desk->file_of(profile);
    writer_.add(file, desk->source, {id, outcome});
    auto known = auth::after(desk->usage_of(id), outcome);
    desk->set_usage(id, known);
    for (const auto& [key, other] : desks_)
        if (other != desk && other->holds(id, file)) other->set_usage(id, known);
    return known;
}

// `from`: of the write's records. So many as would keep the loop busy are taken over in several of its turns.
void Credentials::take_written(const OutcomeWriter::Written& written, std::size_t from) {
    const auto& file = written.file;
    if (!written.records) {
        const auto& message = written.records.error().message;
        if (unwritable_.emplace(file, message).second)
            log_.error(
                "auth",
                "what is learned of the credentials in {} stays in memory, because it can't be written: {}",
                file, message);
        unwritable_[file] = message;
    } else {
        if (unwritable_.erase(file) > 0) log_.info("auth", "{} can be written again", file);
        const auto& records = *written.records;
        const auto end = std::min(records.size(), from + records_a_turn);
        for (auto i = from; i < end; ++i) {
            const auto& [id, stored] = records[i];
            const auto known = writer_.with_unwritten(file, id, stored);
            for (const auto& [key, desk] : desks_)
                if (desk->holds(id, file) && !(desk->usage_of(id) == known)) desk->set_usage(id, known);
        }
        if (end < records.size()) {
            loop_.post([owner = std::weak_ptr(self_), written, end] {
                if (const auto self = owner.lock()) (*self)->take_written(written, end);
            });
            return;
        }
    }
    writer_.acknowledge(file);
    for (const auto& [key, desk] : desks_)
        if (desk->unsure && (desk->own_file == file || desk->main_file == file)) desk->stale = true;
}

net::Task<void> Credentials::flush() {
    auto ended = std::make_shared<net::Event>(loop_);
    auto is_over = std::make_shared<bool>(false);
    writer_.flush([&loop = loop_, ended, is_over] {
        loop.post([ended, is_over] {
            *is_over = true;
            ended->notify();
        });
    });
    while (!*is_over) co_await ended->wait();
}

}  // namespace openclaw::credentials
