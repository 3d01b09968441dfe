#pragma once

#include <memory>

namespace syzygy {

/// Destroys on a thread of its own what the window's thread would have to: to give a million rows back to the system
/// takes tens of milliseconds.
void release_aside(std::shared_ptr<const void> last);

/// The same object. Whoever lets go of it last, the window's thread does not pay for its end.
template <class T>
std::shared_ptr<const T> released_aside(std::shared_ptr<const T> owner)
{
    const T* object = owner.get();
    if (!object) return nullptr;
    return {object, [owner = std::move(owner)](const T*) mutable { release_aside(std::move(owner)); }};
}

}  // namespace syzygy
