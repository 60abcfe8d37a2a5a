using System.Text;

namespace CanThoGov.City.Documents;

/// <summary>The kinds of administrative documents and their abbreviations: Decree 30/2020/NĐ-CP, Article 7 and Appendix III.</summary>
public static class DocumentKinds
{
    static readonly Dictionary<string, string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Nghị quyết"] = "NQ",
        ["Quyết định"] = "QĐ",
        ["Chỉ thị"] = "CT",
        ["Quy chế"] = "QC",
        ["Quy định"] = "QyĐ",
        ["Thông cáo"] = "TC",
        ["Thông báo"] = "TB",
        ["Hướng dẫn"] = "HD",
        ["Chương trình"] = "CTr",
        ["Kế hoạch"] = "KH",
        ["Phương án"] = "PA",
        ["Đề án"] = "ĐA",
        ["Dự án"] = "DA",
        ["Báo cáo"] = "BC",
        ["Biên bản"] = "BB",
        ["Tờ trình"] = "TTr",
        ["Hợp đồng"] = "HĐ",
        ["Công điện"] = "CĐ",
        ["Bản ghi nhớ"] = "BGN",
        ["Bản thỏa thuận"] = "BTT",
        ["Giấy ủy quyền"] = "GUQ",
        ["Giấy mời"] = "GM",
        ["Giấy giới thiệu"] = "GGT",
        ["Giấy nghỉ phép"] = "GNP",
        ["Phiếu gửi"] = "PG",
        ["Phiếu chuyển"] = "PC",
        ["Phiếu báo"] = "PB",
    };

    /// <returns>Empty for a kind that the decree does not have, or gives none (Công văn, Thư công).</returns>
    public static string AbbreviationOf(string kind) => Abbreviations.GetValueOrDefault(kind.Trim().Normalize(NormalizationForm.FormC), "");
}
