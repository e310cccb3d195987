#pragma once

#include <string>
#include <utility>
#include <vector>

#include "auth/choice/prepared_index.h"

namespace openclaw::auth {

// What makes up a group beside its profiles: the environment, the config's key, what a cloud's own chain or
// another program offers, and servers that want no key.
void add_places(Group& group, const Index::Prepared& prepared);

// Adds one thing to look at. What no header can carry is marked as damaged.
Slot& add_slot(Group& group, std::vector<Slot>& slots, Slot slot, SlotDetail detail);

// Puts what a reference gave into `detail.source`, or why it gave nothing.
void look_up(SlotDetail& detail, const RefHolder& holder, const Index::Prepared& prepared);
std::pair<Verdict, std::string> standing_of_reference(const SlotDetail& detail);

}  // namespace openclaw::auth
