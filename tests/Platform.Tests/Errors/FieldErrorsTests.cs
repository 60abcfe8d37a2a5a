using CanThoGov.Platform.Errors;
using CanThoGov.Platform.Tests.Hosting;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CanThoGov.Platform.Tests.Errors;

[Trait("Category", "Unit")]
public sealed class FieldErrorsTests
{
    [Fact]
    public void ThrowIfAny_SeveralFields_NamesThemAllAtOnce()
    {
        var errors = new FieldErrors();
        errors.Required("assignment.title", "", 500);
        errors.Optional("note", "một hai", 3);
        errors.Range("percent", 101, 0, 100);

        var refusal = Assert.Throws<DomainException>(errors.ThrowIfAny);

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Equal("FIELD_INVALID", refusal.Reason);
        Assert.Equal(["assignment.title", "note", "percent"], refusal.FieldViolations.Select(v => v.Field));
    }

    [Fact]
    public void ThrowIfAny_Nothing_Passes() => new FieldErrors().ThrowIfAny();

    [Theory]
    [InlineData("Dọn kênh", 8, true)]
    [InlineData("Dọn kênh", 7, false)]
    [InlineData("🏠🏠", 2, true)]   // two characters, four UTF-16 units
    [InlineData("🏠🏠", 1, false)]
    [InlineData(" \t", 10, false)]
    public void Required_CountsCharacters(string value, int maxLength, bool valid)
    {
        var errors = new FieldErrors();
        errors.Required("title", value, maxLength);
        Assert.Equal(valid, !errors.Any);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("0198c0de-7d0f-7000-8000-0123456789ab", true)]
    [InlineData("", false)]
    [InlineData("có dấu", false)]
    [InlineData("a b", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]    // 64
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]  // 65
    public void RequestId_Checked(string value, bool valid)
    {
        var errors = new FieldErrors();
        errors.RequestId(value);
        Assert.Equal(valid, !errors.Any);
    }

    [Theory]
    [InlineData("2026-02-28", true, "2026-02-28", true)]
    [InlineData("2026-02-29", true, null, false)]
    [InlineData("28/02/2026", true, null, false)]
    [InlineData("2026-2-28", true, null, false)]
    [InlineData("", true, null, false)]
    [InlineData("", false, null, true)]
    public void Date_Checked(string value, bool required, string? expected, bool valid)
    {
        var errors = new FieldErrors();
        var date = errors.Date("date", value, required);
        Assert.Equal(expected, date?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(valid, !errors.Any);
    }

    [Theory]
    [InlineData(0L, 0, true)]
    [InlineData(253_402_300_799L, 999_999_999, true)]
    [InlineData(253_402_300_800L, 0, false)]
    [InlineData(long.MinValue, 0, false)]
    [InlineData(0L, -1, false)]
    [InlineData(0L, 1_000_000_000, false)]
    public void Time_OutOfRange_IsNamedInsteadOfFailing(long seconds, int nanos, bool valid)
    {
        var errors = new FieldErrors();
        var time = errors.Time("claimed_time", new Timestamp { Seconds = seconds, Nanos = nanos });
        Assert.Equal(valid, time is not null);
        Assert.Equal(valid, !errors.Any);
    }

    [Fact]
    public void Enum_MissingOrUnknown_IsNamed()
    {
        var errors = new FieldErrors();
        errors.Enum("kind", DayOfWeek.Sunday);   // the zero value
        errors.Enum("kind", (DayOfWeek)9, required: false);
        errors.Enums("kinds", [DayOfWeek.Monday, (DayOfWeek)9]);
        errors.Enum("kind", DayOfWeek.Sunday, required: false);

        var refusal = Assert.Throws<DomainException>(errors.ThrowIfAny);
        Assert.Equal(["kind", "kind", "kinds[1]"], refusal.FieldViolations.Select(v => v.Field));
    }

    [Fact]
    public void With_AnyCulture_FormatsTheSame()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("vi-VN");
            var refusal = DomainException.Precondition("R", "m").With("share", 0.5).With("date", new DateOnly(2026, 2, 14)).With("none", null);
            Assert.Equal("0.5", refusal.Metadata["share"]);
            Assert.Equal("2026-02-14", refusal.Metadata["date"]);
            Assert.Equal("", refusal.Metadata["none"]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }
}
