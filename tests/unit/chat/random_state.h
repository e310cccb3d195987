#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"

namespace openclaw::test {

// Everything that decides which credential a request carries, made up from one number. In the config,
// "@local" stands for the address of a server on this machine.
struct RandomState {
    unsigned seed = 0;
    json::object config;
    std::map<std::string, std::string> environment;
    json::object main_store;
    std::optional<json::object> agent_store;  // of the agent "work"
    std::string agent;                        // who is asked: "main" or "work"
    TimePoint now;
    bool first_is_refused = false;  // the provider answers the first request with 401
    bool store_is_unwritable = false;
    bool files_begin_with_a_mark = false;  // of the byte order

    // The text of a store's file: valid, and not as our own writer writes it.
    std::string text_of(const json::object& store) const;

    std::string described() const;

    // What stands in the file under that id, in the variable or at that path in the config: the secret that
    // a request must carry which is said to use it. Nothing where there is none. Reads the files as a person
    // would, not through the resolver.
    std::optional<std::string> secret_of_profile(const std::string& id) const;
    std::optional<std::string> secret_of_variable(const std::string& name) const;
    std::optional<std::string> secret_of_config(const std::string& provider_key) const;
    // A header that stands in the config, by its path there.
    std::optional<std::string> header_at(const std::string& path) const;
};

RandomState random_state(unsigned seed);

// The key under which records of use are fingerprinted in these states.
inline constexpr const char* fingerprint_key = "of this test";

}  // namespace openclaw::test
