#pragma once

#include <cstddef>
#include <vector>

namespace syzygy {

/// A sequence that grows by blocks and never moves what it holds: a tape of whole steps is megabytes, which a vector would
/// copy each time it outgrows itself. `clear` keeps the blocks.
template <class T>
class StepTape {
public:
    void clear()
    {
        for (auto& block : blocks_) block.clear();
        size_ = 0;
    }
    void push_back(const T& value)
    {
        const std::size_t block = size_ / block_size;
        if (block == blocks_.size()) blocks_.emplace_back().reserve(block_size);
        blocks_[block].push_back(value);
        ++size_;
    }
    const T& operator[](std::size_t i) const { return blocks_[i / block_size][i % block_size]; }
    T& operator[](std::size_t i) { return blocks_[i / block_size][i % block_size]; }
    std::size_t size() const { return size_; }
    std::size_t bytes() const { return size_ * sizeof(T); }

private:
    static constexpr std::size_t block_size = 16;
    std::vector<std::vector<T>> blocks_;
    std::size_t size_ = 0;
};

}  // namespace syzygy
