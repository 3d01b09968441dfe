#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace syzygy {

/// A name as a template argument.
template <std::size_t n>
struct BlockName {
    char text[n]{};
    consteval BlockName(const char (&name)[n]) { std::copy_n(name, n, text); }
    constexpr std::string_view view() const { return {text, n - 1}; }
};

/// A named part of a state: `rows` x `columns` numbers, column after column.
template <BlockName block_name, int block_rows, int block_columns = 1>
struct Block {
    static_assert(block_rows > 0 && block_columns > 0);
    static constexpr std::string_view name = block_name.view();
    static constexpr int rows = block_rows, columns = block_columns, size = block_rows * block_columns;
};

/// A state of several parts (a tuple of tensors, in other libraries) as one vector, which solvers and gradients use:
///
///     using Layout = Blocks<Block<"position", 3>, Block<"velocity", 3>>;
///     Layout::Vector<double> y = Layout::pack(position, velocity);
///     Layout::get<"velocity">(y) *= 2;                        // a segment of y, or a matrix over it
///
/// The same layout names parts of parameters, of cotangents and of gradients. A name that is missing, or occurs twice, does not
/// compile.
template <class... Parts>
struct Blocks {
    static constexpr int size = (0 + ... + Parts::size);
    static constexpr std::size_t count = sizeof...(Parts);
    template <class Scalar>
    using Vector = Eigen::Matrix<Scalar, size, 1>;

    static constexpr std::array<std::string_view, count> names{Parts::name...};

    /// The offset of the part with the given name.
    template <BlockName name>
    static constexpr int offset()
    {
        constexpr std::size_t index = index_of(name.view());
        static_assert(index < count, "no block has this name");
        static_assert(all_differ(), "two blocks have the same name");
        constexpr std::array<int, count> sizes{Parts::size...};
        int sum = 0;
        for (std::size_t i = 0; i < index; ++i) sum += sizes[i];
        return sum;
    }

    /// The part with the given name, to read or to write: an expression that refers to the vector.
    template <BlockName name, class Vector>
    static auto get(Vector&& vector)
    {
        constexpr std::size_t index = index_of(name.view());
        static_assert(index < count, "no block has this name");
        static_assert(all_differ(), "two blocks have the same name");
        constexpr int rows = std::array<int, count>{Parts::rows...}[index];
        constexpr int columns = std::array<int, count>{Parts::columns...}[index];
        if constexpr (columns == 1)
            return vector.template segment<rows>(offset<name>());
        else
            return vector.template segment<rows * columns>(offset<name>())
                .reshaped(Eigen::fix<rows>, Eigen::fix<columns>);
    }

    /// One vector made of the parts, in their order.
    template <class First, class... Rest>
    static auto pack(const First& first, const Rest&... rest)
    {
        static_assert(1 + sizeof...(Rest) == count, "as many parts as blocks");
        Vector<typename First::Scalar> vector;
        int begin = 0;
        const auto put = [&]<class Part>(std::type_identity<Part>, const auto& value) {
            if constexpr (Part::columns == 1)
                vector.template segment<Part::size>(begin) = value;
            else
                vector.template segment<Part::size>(begin).reshaped(Eigen::fix<Part::rows>, Eigen::fix<Part::columns>) =
                    value;
            begin += Part::size;
        };
        pack_each(put, first, rest...);
        return vector;
    }

private:
    static constexpr std::size_t index_of(std::string_view name)
    {
        std::size_t index = 0;
        while (index < count && names[index] != name) ++index;
        return index;
    }
    static constexpr bool all_differ()
    {
        for (std::size_t i = 0; i < count; ++i)
            if (index_of(names[i]) != i) return false;
        return true;
    }
    template <class Put, class... Values>
    static void pack_each(Put& put, const Values&... values)
    {
        static_assert(all_differ(), "two blocks have the same name");
        (put(std::type_identity<Parts>{}, values), ...);
    }
};

}  // namespace syzygy
