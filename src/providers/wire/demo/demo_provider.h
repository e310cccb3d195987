#pragma once

#include "providers/wire/provider.h"

namespace openclaw::providers {

// The provider inside the program: no network, no key, and each answer says that it is a demo. Its models
// are behaviours, so that rotation and rests can be watched without an account:
//   echo        answers about the question (the default model of the demo)
//   flaky       429 with retry-after for the profile named `first` or `default`, and without one; answers for
//               every other profile, in this process and the next
//   expired     401          billing     402
//   overloaded  529          cut         the stream ends in the middle
//   slow        three seconds of silence, then an answer
class DemoProvider final : public Provider {
public:
    // `pace` is the time between two streamed words, and a hundredth of slow's silence.
    DemoProvider(net::Loop& loop, const Clock& clock, Milliseconds pace);
    net::Task<Attempted<Completion>> complete(CompletionRequest request, Endpoint endpoint,
                                              auth::Candidate credential, DeltaSink on_delta,
                                              net::Abort abort) override;

private:
    net::Task<bool> pause(Milliseconds duration, net::Abort abort);

    net::Loop& loop_;
    const Clock& clock_;
    Milliseconds pace_;
};

// What the demo says. Pure.
std::string demo_answer(const CompletionRequest& request, const auth::Candidate& credential);

}  // namespace openclaw::providers
