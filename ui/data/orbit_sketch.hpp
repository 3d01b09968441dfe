#pragma once

#include <QVector3D>
#include <QWidget>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace syzygy {

struct Observations;

/// A few points of three orbits, enough for a small picture. A value: made on any thread.
struct OrbitSketch {
    std::array<std::vector<QVector3D>, 3> points;
    std::array<std::string, 3> bodies;
    std::string length;   ///< unit of lengths; "" where there is none
    bool joined = false;  ///< points are near enough to be joined by lines
};

/// Every n-th position, at most `most` a body; rows where a body was not observed are left out.
OrbitSketch make_sketch(const Observations& observations, bool joined, std::size_t most = 2000);

/// The small picture: the orbits from one side, to scale.
class OrbitSketchView : public QWidget {
    Q_OBJECT
public:
    enum class Plane { xy, xz, yz };

    explicit OrbitSketchView(QWidget* parent = nullptr);
    /// Null: nothing to show; `text` then says why.
    void set_sketch(std::shared_ptr<const OrbitSketch> sketch, const QString& text = {});
    void set_plane(Plane plane);
    QSize sizeHint() const override { return {300, 300}; }
    QSize minimumSizeHint() const override { return {180, 160}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void draw_orbits(QPainter& painter, const QRectF& area) const;
    void draw_scale(QPainter& painter, const QRectF& area, double pixels_a_unit) const;

    std::shared_ptr<const OrbitSketch> sketch_;
    QString text_;
    Plane plane_ = Plane::xy;
};

}  // namespace syzygy
