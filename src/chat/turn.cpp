#include "chat/turn.h"

#include <algorithm>

#include "chat/failure_text.h"
#include "chat/system_prompt.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::chat {
namespace {

constexpr std::size_t bytes_per_token = 3;  // on the safe side: most text has four

// How much text the model's window leaves for what is said, its answer kept free.
std::size_t context_bytes(const std::optional<providers::Model>& model) {
    const auto window = model ? model->context_window : providers::context_window_default;
    const auto answer = model ? model->tokens_max : providers::tokens_max_default;
    const auto tokens = std::max(window - answer, window / 2);
    return static_cast<std::size_t>(std::max<std::int64_t>(tokens, 1024)) * bytes_per_token;
}

// Whether the session's pin is of any use for a provider.
bool is_for(const auth::ProviderId& provider, const PinView& view) {
    return view.stored != nullptr && auth::ProviderId(view.stored->provider) == provider;
}

}  // namespace

std::vector<auth::ModelRef> models_to_try(const auth::ModelRef& wanted, const auth::ModelPlan& plan) {
    std::vector<auth::ModelRef> models{wanted};
    const auto add = [&](const auth::ModelRef& model) {
        if (std::ranges::find(models, model) == models.end()) models.push_back(model);
    };
    for (const auto& fallback : plan.fallbacks)
        if (auth::may_stand_in(plan, fallback)) add(fallback);
    if (!plan.fallbacks_from_agent) add(plan.primary);
    return models;
}

// What one turn knows. Lives in the frame of run().
struct Turns::Turn {
    TurnRequest request;
    std::shared_ptr<const config::Config> config;
    TurnResult result = {};
    std::shared_ptr<SessionStore> store = {};
    std::shared_ptr<Conversation> conversation = {};
    SessionEntry entry = {};
    bool fresh = false;
    auth::ModelPlan plan = {};
    std::vector<auth::ModelRef> models = {};  // in the order in which they are tried
    auth::ModelRef wanted = {};               // the first of them that whoever asks may use
    std::optional<providers::Model> known = {};
    PinDecision pin = {};
    std::vector<providers::Message> messages = {};
    std::string said = {};  // what has been streamed so far
    std::int64_t context_tokens = 0;
    bool message_noted = false;
};

net::Task<TurnResult> Turns::run(TurnRequest request, std::shared_ptr<const config::Config> config) {
    Turn turn{.request = std::move(request), .config = std::move(config)};
    const auto ready = co_await prepare(turn);
    if (!ready)
        turn.result.error = ready.error();
    else
        co_await find_answer(turn);
    if (turn.message_noted) note_outcome(turn);
    co_return std::move(turn.result);
}

net::Task<Result<void>> Turns::prepare(Turn& turn) {
    if (auto opened = co_await open_session(turn); !opened) co_return opened;
    if (auto chosen = choose_model(turn); !chosen) co_return chosen;
    const auto room = context_bytes(turn.known);
    if (turn.request.message.size() > room)
        co_return hinted(fail(Code::too_large, "the message is too long for {}: {} bytes, room for {}",
                              turn.wanted.key(), turn.request.message.size(), room),
                         "send less text, or " + choose_larger_window(turn.request.surface));
    turn.messages = turn.conversation->context(room - turn.request.message.size());
    // Noted first: a turn that fails or is cancelled leaves its question behind, once.
    const auto now = means_.clock.now();
    turn.conversation->add(user_entry(turn.request.message, turn.request.run_id, now), now);
    turn.message_noted = true;
    means_.sessions.wake();
    using Role = providers::Message::Role;
    if (!turn.messages.empty() && turn.messages.back().role == Role::user)
        turn.messages.back().append(turn.request.message);
    else
        turn.messages.push_back({Role::user, turn.request.message});
    co_await means_.credentials.catch_up(turn.request.key.agent_id, turn.config, turn.request.abort);
    co_return choose_credential(turn);
}

net::Task<Result<void>> Turns::open_session(Turn& turn) {
    auto store = means_.sessions.store_of(turn.request.key.agent_id, *turn.config);
    if (!store) co_return std::unexpected(store.error());
    turn.store = *store;
    const auto now = means_.clock.now();
    const SessionQuestion question{
        .key = turn.request.key,
        .config = turn.config,
        .now = now,
        .utc_offset = means_.clock.utc_offset(now),
        .maker = maker_to_note(turn.request.asked_by, turn.request.key, *turn.config)};
    auto& book = means_.sessions;
    if (auto known = open_from_memory(book, *turn.store, question))
        co_return take_session(turn, std::move(*known));
    std::move_only_function<Result<OpenedSession>()> opening = [&book, store = turn.store, question] {
        return open_from_files(book, *store, question);
    };
    auto opened = co_await means_.loop.blocking(std::move(opening));
    if (!opened) co_return std::unexpected(std::move(opened).error());
    co_return take_session(turn, std::move(*opened));
}

// Somebody else may have begun it since the run was let into it: commands wait for no turn.
Result<void> Turns::take_session(Turn& turn, OpenedSession opened) {
    turn.entry = std::move(opened.entry);
    turn.fresh = opened.fresh;
    turn.conversation = std::move(opened.conversation);
    turn.result.session_id = turn.entry.session_id;
    if (turn.request.on_opened) turn.request.on_opened(turn.entry.maker);
    if (auto may = may_talk(turn.request.asked_by, turn.request.key, turn.entry.maker); !may) {
        turn.result.forbidden = true;
        return may;
    }
    if (opened.damaged > 0)
        turn.result.notices.push_back(
            fmt::format("nothing of this conversation could be read: {} is damaged, "
                        "and was left as it is; the model starts afresh",
                        turn.conversation->file().string()));
    return {};
}

Result<void> Turns::choose_model(Turn& turn) {
    turn.plan = auth::model_plan(*turn.config, turn.config->find_agent(turn.request.key.agent_id));
    const auto& wish = turn.request.wishes.model;
    if (wish && !auth::allows(turn.plan, wish->model))
        return fail(Code::invalid_input, "model {} is not allowed here", wish->model.key());
    turn.wanted = wish ? wish->model : turn.entry.model_override.value_or(turn.plan.primary);
    if (!wish && turn.entry.model_override && !auth::allows(turn.plan, turn.wanted)) {
        turn.result.notices.push_back(
            fmt::format("{} is no longer allowed (previous selection reset to default)", turn.wanted.key()));
        turn.wanted = turn.plan.primary;
    }
    // Of what a request wishes for itself nothing stands in.
    turn.models = wish ? std::vector{turn.wanted} : models_to_try(turn.wanted, turn.plan);
    const auto usable = std::ranges::find_if(turn.models, [&](const auth::ModelRef& model) {
        return turn.request.asked_by.limits().allow_model(model.key());
    });
    if (usable == turn.models.end()) {
        turn.result.forbidden = true;
        return std::unexpected(model_refusal(turn.request.asked_by, turn.wanted, turn.request.surface));
    }
    turn.wanted = *usable;
    turn.known = providers::find_model(turn.wanted, *turn.config);
    turn.context_tokens = turn.known ? turn.known->context_window : providers::context_window_default;
    return {};
}

// All that there is is looked at only where the decision asks for it: there may be thousands.
Result<PinView> Turns::view_for(const PinQuestion& pin, const auth::ResolveRequest& question,
                                const std::shared_ptr<const config::Config>& config) {
    auto& credentials = means_.credentials;
    if (moves_on(pin)) {
        const auto unpinned = credentials.resolve(question, config);
        if (!unpinned) return std::unexpected(unpinned.error());
        const auto stored = credentials.stored(question.agent_id, config);
        if (!stored) return std::unexpected(stored.error());
        return view_of(pin.current, **stored, *unpinned);
    }
    PinView view;
    if (pin.current) {
        auto sight = credentials.look_at(pin.current->profile, question, config);
        if (!sight) return std::unexpected(sight.error());
        view.stored = sight->stored;
        view.current = std::move(sight->candidate);
        if (stays(pin, view)) return view;
    }
    auto chosen = credentials.choose(question, config);
    if (!chosen) return std::unexpected(chosen.error());
    view.chosen = std::move(*chosen);
    return view;
}

Result<void> Turns::choose_credential(Turn& turn) {
    turn.pin.next = turn.entry.pin;  // kept unless there is something better to remember
    const auto& agent_id = turn.request.key.agent_id;
    auth::ResolveRequest question;
    question.provider = turn.wanted.provider;
    question.agent_id = agent_id;
    question.model = turn.wanted.model;
    const PinQuestion pin{.current = turn.entry.pin,
                          .provider = turn.wanted.provider,
                          .fresh = turn.fresh,
                          .compactions = turn.entry.compactions,
                          .surface = turn.request.surface};
    const auto& wish = turn.request.wishes.model;
    if (wish && wish->profile) {
        turn.pin.preferred = wish->profile;
        turn.pin.locked = true;
        return {};
    }
    const auto view = view_for(pin, question, turn.config);
    if (!view) return std::unexpected(view.error());
    if (wish && !is_for(pin.provider, *view)) return {};
    turn.pin = decide_pin(pin, *view);
    if (wish) turn.pin.next = turn.entry.pin;
    if (!turn.pin.notice.empty()) turn.result.notices.push_back(turn.pin.notice);
    if (turn.pin.error) return std::unexpected(*turn.pin.error);
    return {};
}

net::Task<void> Turns::find_answer(Turn& turn) {
    AnswerRequest request{.asked_by = turn.request.asked_by, .surface = turn.request.surface};
    request.agent_id = turn.request.key.agent_id;
    request.session = turn.request.key.text;
    request.models = turn.models;
    request.pinned = turn.pin.preferred;
    request.pinned_provider = turn.wanted.provider;
    request.pin_is_locked = turn.pin.locked;
    request.system =
        system_prompt(*turn.config->find_agent(request.agent_id), turn.request.extra_system_prompt);
    request.messages = std::move(turn.messages);
    const auto usual = turn.known ? turn.known->tokens_max : providers::tokens_max_default;
    request.tokens_max = turn.request.wishes.tokens_max.value_or(usual);
    request.temperature = turn.request.wishes.temperature;
    request.stop = std::move(turn.request.wishes.stop);
    request.deadline = turn.request.deadline;
    request.abort = turn.request.abort;
    request.room = turn.request.room;
    request.on_delta = [&turn](std::string_view text) {
        turn.said += text;
        if (turn.request.on_delta) turn.request.on_delta(text);
    };
    auto answer = co_await means_.answerer.answer(std::move(request), turn.config);

    auto& result = turn.result;
    if (!answer) {
        result.aborted = answer.error().aborted;
        result.error = std::move(answer.error().error);
        result.reason = answer.error().reason;
        result.forbidden = answer.error().forbidden;
        result.again_in = answer.error().again_in;
        result.limited = answer.error().limited;
        result.text = turn.said;
        result.stop_reason = result.aborted ? "aborted" : "error";
        co_return;
    }
    if (auto detour = describe_detour(*answer, turn.wanted, means_.clock.now()); !detour.empty())
        result.notices.push_back(std::move(detour));
    result.text = std::move(answer->completion.text);
    result.stop_reason = answer->completion.stop_reason;
    result.usage = answer->completion.usage;
    result.model = answer->model;
    result.api = std::move(answer->api);
    result.credential = credentials::label_of(answer->credential);
    // The one that answered is the one to stay with.
    if (!turn.request.wishes.model && !turn.pin.locked &&
        answer->credential.source == auth::Source::profile && answer->model.provider == turn.wanted.provider)
        turn.pin.next = Pin{answer->credential.profile, PinSource::automatic, turn.entry.compactions};
}

void Turns::note_outcome(Turn& turn) {
    auto& result = turn.result;
    const auto now = means_.clock.now();
    const auto model = result.model.value_or(turn.wanted);
    AssistantNote note{.text = result.text,
                       .api = result.api,
                       .provider = model.provider,
                       .model = model.model,
                       .stop_reason = result.stop_reason.empty() ? "error" : result.stop_reason,
                       .error_message = result.error && !result.aborted ? result.error->message : "",
                       .usage = result.usage,
                       .run_id = turn.request.run_id};
    if (note.api.empty())
        if (const auto endpoint = providers::endpoint_of(model, *turn.config)) note.api = endpoint->api;
    turn.conversation->add(assistant_entry(note, now), now);
    turn.store->note(turn.request.key, TurnEnded{.session_id = turn.entry.session_id,
                                                 .pin_before = turn.entry.pin,
                                                 .pin = turn.pin.next,
                                                 .override_before = turn.entry.model_override,
                                                 .answered = result.model,
                                                 .usage = result.usage,
                                                 .context_tokens = turn.context_tokens,
                                                 .aborted = result.aborted,
                                                 .at = now});
    means_.sessions.wake();
    auto trouble = turn.conversation->trouble();
    if (!trouble) trouble = turn.store->trouble();
    if (trouble)
        result.notices.push_back(fmt::format(
            "this conversation can't be written down, and ends with the program: {}", trouble->message));
}

}  // namespace openclaw::chat
