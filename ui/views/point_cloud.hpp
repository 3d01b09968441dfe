#pragma once

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace syzygy {

/// How one kind of points of a cloud looks: its shape where points are few, its colour everywhere.
struct CloudKind {
    QCPScatterStyle::ScatterShape shape = QCPScatterStyle::ssDisc;
    QColor colour;
    bool filled = true;
};

/// Takes the points of a cloud, in coordinates of its axes, and keeps those inside the axis rect: as counts a pixel, or
/// as a list.
class CloudPoints {
public:
    struct Mark {
        QPointF at;  ///< in logical pixels of the plot
        std::size_t kind;
    };

    /// Of `kinds` kinds of points over `rect`. `pixels` counts go to a logical pixel and a point is `mark` counts wide;
    /// `pixels` 0: a list.
    CloudPoints(const QCPAxisRect& rect, std::size_t kinds, double pixels, int mark);

    /// One point; one that is not finite or not in sight is left out.
    void add(double x, double y, std::size_t kind)
    {
        const double across = x_.of(x), up = y_.of(y);
        // False for nan, too.
        if (!(across >= 0 && across < width_ && up >= 0 && up < height_)) return;
        if (pixels_ == 0) {
            marks_.push_back({{left_ + across, bottom_ - up}, kind});
            return;
        }
        if (mark_ == 1) {
            count(static_cast<int>(rows_ - up * pixels_), static_cast<int>(across * pixels_), kind);
            return;
        }
        // The whole mark-wide square nearest to the point; the number that is added and taken away rounds downwards.
        const double before = (mark_ - 1) / 2.0 - mark_;
        const int column = static_cast<int>(across * pixels_ - before) - mark_;
        const int row = static_cast<int>(rows_ - up * pixels_ - before) - mark_;
        for (int i = std::max(row, 0); i < std::min(row + mark_, rows_); ++i)
            for (int j = std::max(column, 0); j < std::min(column + mark_, columns_); ++j) count(i, j, kind);
    }

    const std::vector<Mark>& marks() const { return marks_; }
    /// Counts, shape rows() x columns() x kinds.
    const std::vector<std::uint32_t>& counts() const { return counts_; }
    int rows() const { return rows_; }
    int columns() const { return columns_; }

private:
    void count(int row, int column, std::size_t kind)
    {
        const auto cell = static_cast<std::size_t>(std::min(row, rows_ - 1) * columns_ + column);
        ++counts_[cell * kinds_ + kind];
    }

    /// Logical pixels from the lower end of an axis.
    struct Scale {
        double lower, factor;
        bool logarithmic;
        double of(double value) const { return ((logarithmic ? std::log(value) : value) - lower) * factor; }
    };
    static Scale scale_of(const QCPAxis& axis, double length);

    Scale x_, y_;
    double left_, bottom_, width_, height_, pixels_;
    int mark_, rows_ = 0, columns_ = 0;
    std::size_t kinds_;
    std::vector<Mark> marks_;
    std::vector<std::uint32_t> counts_;
};

/// A cloud of points over an axis rect, none of them left out: the ink in a part of the plane is as the number of
/// points there. Few points are marks. More are small and translucent, and their opacities add up; very many are
/// counted pixel by pixel. The most crowded pixels decide how opaque one point is (cloud_opacity). A vector file gets
/// marks up to `most_vector_marks`, and an image beyond.
class PointCloud : public QCPLayerable {
public:
    /// Hands all its points to what it is given.
    using Source = std::function<void(CloudPoints& points)>;

    static constexpr std::size_t most_shaped = 300, most_vector_marks = 10'000, most_wide = 100'000;

    PointCloud(QCPAxisRect* rect, const QString& layer);

    void set_kinds(std::vector<CloudKind> kinds, double size) { kinds_ = std::move(kinds), size_ = size; }
    /// `count`: of the points in sight. The source is asked whenever the cloud is drawn and has to own what it reads.
    void set_points(std::size_t count, Source source);
    /// Whether shapes can be told apart.
    bool shaped() const { return count_ <= most_shaped; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(false); }
    QRect clipRect() const override { return rect_->rect(); }
    void draw(QCPPainter* painter) override;

private:
    void draw_marks(QCPPainter& painter) const;
    QImage image(double pixels) const;

    QCPAxisRect* rect_;
    std::vector<CloudKind> kinds_;
    double size_ = 5;
    std::size_t count_ = 0;
    Source source_;
};

/// Opacities of 0, 1, 2, ... points in a pixel, for `frequency[c]` pixels that have c points. Opacity is proportional
/// to the number of points, but for a hundredth of all points that may lie in pixels that are opaque already, and a
/// fiftieth of the ink that is spent on lonely points, which would be too faint to see.
std::vector<double> cloud_opacity(const std::vector<std::size_t>& frequency);

}  // namespace syzygy
