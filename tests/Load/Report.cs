using System.Text.Json;

namespace CanThoGov.Load;

static class Report
{
    public static readonly JsonSerializerOptions JsonOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static double Round(double value, int digits = 1) => Math.Round(value, digits);
}
