using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace CanThoGov.Platform.Grpc;

/// <summary>The gRPC services of one port with everything that describes them; metadata of the port's health and reflection endpoints.</summary>
internal sealed class ServedServices
{
    readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    readonly Dictionary<string, IDescriptor> _symbols = new(StringComparer.Ordinal);
    readonly List<FieldDescriptor> _extensions = [];

    public ServedServices(IReadOnlyList<ServiceDescriptor> services)
    {
        Names = [.. services.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var service in services)
            AddFile(service.File);
    }

    public IReadOnlyList<string> Names { get; }

    public static ServedServices Of(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<ServedServices>()
        ?? throw new InvalidOperationException("The endpoint was not mapped by MapPlatformServices.");

    public FileDescriptor? FileByName(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FileBySymbol(string name) => Find(name)?.File;

    public FileDescriptor? FileByExtension(string type, int number) =>
        ExtensionsOf(type).FirstOrDefault(extension => extension.FieldNumber == number)?.File;

    public IDescriptor? Find(string name) => _symbols.GetValueOrDefault(name);

    public IEnumerable<FieldDescriptor> ExtensionsOf(string type) =>
        _extensions.Where(extension => extension.ExtendeeType.FullName == type);

    /// <summary>The file, then everything that it imports, each once: what a client needs to build it.</summary>
    public static IReadOnlyList<FileDescriptor> WithImports(FileDescriptor file)
    {
        List<FileDescriptor> files = [file];
        for (var i = 0; i < files.Count; i++)
            files.AddRange(files[i].Dependencies.Where(import => !files.Contains(import)));
        return files;
    }

    void AddFile(FileDescriptor root)
    {
        foreach (var file in WithImports(root))
        {
            if (!_files.TryAdd(file.Name, file))
                continue;
            foreach (var service in file.Services)
            {
                _symbols[service.FullName] = service;
                foreach (var method in service.Methods)
                    _symbols[method.FullName] = method;
            }

            foreach (var type in file.MessageTypes)
                AddMessage(type);
            foreach (var type in file.EnumTypes)
                AddEnum(type);
            foreach (var extension in file.Extensions.UnorderedExtensions)
                AddExtension(extension);
        }
    }

    void AddMessage(MessageDescriptor type)
    {
        _symbols[type.FullName] = type;
        foreach (var field in type.Fields.InDeclarationOrder())
            _symbols[field.FullName] = field;
        foreach (var oneof in type.Oneofs)
            _symbols[oneof.FullName] = oneof;
        foreach (var nested in type.NestedTypes)
            AddMessage(nested);
        foreach (var nested in type.EnumTypes)
            AddEnum(nested);
        foreach (var extension in type.Extensions.UnorderedExtensions)
            AddExtension(extension);
    }

    void AddEnum(EnumDescriptor type)
    {
        _symbols[type.FullName] = type;
        foreach (var value in type.Values)
            _symbols[value.FullName] = value;
    }

    void AddExtension(FieldDescriptor extension)
    {
        _symbols[extension.FullName] = extension;
        _extensions.Add(extension);
    }
}
