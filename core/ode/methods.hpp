#pragma once

#include "core/base/error.hpp"
#include "core/ode/tableaus.hpp"

#include <array>
#include <string>
#include <string_view>

namespace syzygy {

/// A tableau as a type, passed by `with_method` to its callback.
template <const auto& tableau>
struct Method {
    static constexpr const auto& value = tableau;
};

template <class... Methods>
struct MethodList {};

/// The one list of solver methods, in menu order.
using AllMethods =
    MethodList<Method<euler>, Method<midpoint>, Method<runge_kutta4>, Method<heun_euler>, Method<bogacki_shampine32>,
               Method<fehlberg45>, Method<dormand_prince54>, Method<tsitouras54>, Method<dop853>>;

/// The description of a method in a menu, `syzygy list methods` and an error message.
struct MethodInfo {
    std::string_view id, label, source;
    int order, error_order, stages;
    bool adaptive() const { return error_order > 0; }
};

namespace detail {

template <class... M>
constexpr std::array<MethodInfo, sizeof...(M)> infos(MethodList<M...>)
{
    return {MethodInfo{M::value.id, M::value.label, M::value.source, M::value.order, M::value.error_order,
                       M::value.stages}...};
}

}  // namespace detail

inline constexpr auto method_infos = detail::infos(AllMethods{});

/// Throws ArgumentError("method", ...) naming the known methods.
inline const MethodInfo& find_method(std::string_view id)
{
    for (const MethodInfo& info : method_infos)
        if (info.id == id) return info;
    std::string known;
    for (const MethodInfo& info : method_infos) known += (known.empty() ? "" : ", ") + std::string(info.id);
    throw ArgumentError("method", id, "must be one of " + known);
}

/// Calls `callback(Method<tableau>{})` with the method of the given id; all calls return the same type.
template <class Callback, class First, class... Rest>
auto with_method(std::string_view id, Callback&& callback, MethodList<First, Rest...>)
{
    if constexpr (sizeof...(Rest) > 0) {
        if (First::value.id != id)
            return with_method(id, static_cast<Callback&&>(callback), MethodList<Rest...>{});
    }
    return callback(First{});
}

template <class Callback>
auto with_method(std::string_view id, Callback&& callback)
{
    find_method(id);  // throws on an unknown id
    return with_method(id, static_cast<Callback&&>(callback), AllMethods{});
}

}  // namespace syzygy
